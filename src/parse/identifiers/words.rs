//! Words that tell a person's name from the rest of a coder's vocabulary: the few whose double meaning was weighed by hand,
//! ahead of the long lists.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::lists::{folded, is_listed_family, is_listed_given, is_vocabulary};

/// Given names that are hardly ever another word, in lower case.
static GIVEN: Words = LazyLock::new(|| {
    words(
        "aaliyah aarav aaron abdul abigail adam adrian agnes ahmed aisha alan albert alejandro alex alexander alexandra alexis alfred alice alicia alison allison amanda amber amelia amir amy ana andre andrea andrew angela angelica anita ann anna anne annette annie anthony antonio ariel arthur ashley audrey barbara barry beatrice becky benjamin bernard bernice beth bethany betty beverly bev bonnie bradley brandon brenda brian bridget bruce bryan caleb calvin cameron camila carla carlos carmen carol caroline carolyn carrie catherine cathy cecilia chad charles charlotte cheryl chester chloe chris christian christina christine christopher cindy claire clara clarence claudia clifford colleen connie connor consuelo corey craig cristina crystal curtis cynthia dana daniel danielle darlene darrell david dawn deborah debra delores denise dennis derek destiny diana diane diego dmitri dolores donald donna doris dorothy douglas duane dwayne dylan earl eddie edgar edith edna eduardo edward edwin eileen elaine eleanor elena elizabeth ella ellen elsie emily emma enrique eric erica erik erin ernest esther ethan ethel eugene eva evan evelyn fatima felicia felix fernando florence floyd frances francis francisco frank franklin fred frederick gabriel gabriela gail gary geoffrey george gerald geraldine gilbert gina giovanni gladys glen glenda glenn gloria gordon greg gregory guadalupe gustavo hannah harold harriet harry harvey hassan hazel heather hector heidi helen henry herbert herman hiroshi holly howard hugh ian ida imani ines irene irma isaac isabel isabella ismael ivan jack jackie jacob jacqueline jaime jamal james jamie jane janet janice jared jasmine jason javier jay jean jeanette jeff jeffrey jennifer jenny jeremy jerome jerry jesse jessica jessie jesus jill jim jimmy joan joann joanna joanne joe joel john johnny jon jonathan jordan jorge jose joseph josephine joshua joyce juan juana juanita judith judy julia julian julie june justin kareem karen karl katherine kathleen kathryn kathy katie kayla keith kelly kenji kenneth kevin kim kimberly kristen kristin kurt kwame kyle lakshmi larry latoya laura lauren laurie lawrence leah leo leon leonard leroy leslie lester leticia lewis liam lillian linda lisa liu lloyd lois loretta lori lorraine louis louise lucas lucia lucille lucy luis luke luz lydia lynn mabel madison malik manuel marc marcia marcus margaret margarita marge maria marian marie marilyn mario marion marisol marjorie marlene marsha martha martin marvin mary mateo matthew maureen maurice maxine mayra megan mei melanie melissa melvin mercedes meredith mia michael michele michelle miguel mildred milton miriam mohamed mohammed molly monica monique morris muhammad myra myrtle nancy naomi natalia natalie natasha nathan nathaniel neil nelson nicholas nicole nina noah noel nora norma norman olga olivia omar oscar pamela patricia patrick patsy paul paula pauline pedro peggy peter philip phillip phyllis priya rachel rafael raj ralph ramon randall randy raul raymond rebecca regina rene renee reginald ricardo richard rita robert roberta roberto robin rochelle rodney rodrigo roger roland ronald ronnie rosa rosalie rosario rosemary roy ruben russell ruth ryan sabrina sally salvador samantha samuel sandra sanjay santiago sara sarah scott sean sergio seth shannon sharon shawn sheila shelby sherri sherry shirley sidney silvia sofia sonia sonya sophia stacey stacy stanley stella stephanie stephen steve steven stuart susan suzanne sylvia tamara tammy tanya tara tasha ted terence teresa terrance terri terry theodore theresa thelma thomas tiffany tim timothy tina todd tom tomas tommy toni tony tonya tracy travis tyler tyrone valerie vanessa vernon veronica vicki vicky victor victoria vincent viola violet virginia vivian walter wanda warren wayne wei wendy wesley wilbur willard william willie wilma xavier yolanda yuki yvette yvonne zachary zoe thuy linh huong minh tuan phuong hoa lan duc quang tran bao anh xiao ming jing ying hui xin yan lin hong fang mei-ling ravi anil sunil deepak rahul amit anjali pooja neha kavita lata meera suresh ramesh vijay arjun rohan nisha sunita geeta harpreet gurpreet jaswinder mohammad ali hussein fatimah zainab khadija yusuf ibrahim mustafa khalid samir layla leila nadia noor amina ayesha farah kofi kwesi ama akua chidi chinedu ngozi amaka emeka ifeoma tunde adebayo oluwaseun keisha lakisha tamika deshawn jermaine tyrell darnell shaniqua ebony aaliyah malachi hiro takeshi akira yoko keiko haruto sakura jin soo min-jun ji-hoon seo-yeon dmitry sergei vladimir natasha olena oksana svetlana tatiana irina yuri igor boris mikhail ivana milan goran stefan katarzyna agnieszka piotr pawel tomasz bjorn lars sven ingrid astrid sigrid giulia francesca matteo alessandro lorenzo chiara pierre jean-luc francois celine amelie camille isabelle wilhelm heinrich jurgen klaus ursula gretchen guillermo ignacio ximena marisela esperanza rosalinda graciela rigoberto rogelio ernesto arturo alfonso armando leticia lourdes socorro refugio trinidad yesenia yadira xiomara",
    )
});

/// Surnames that are hardly ever another word, in lower case.
static FAMILY: Words = LazyLock::new(|| {
    words(
        "smith johnson williams jones davis miller wilson anderson thomas jackson martin thompson garcia martinez robinson clark rodriguez lewis walker allen hernandez lopez gonzalez nelson mitchell perez roberts campbell edwards collins stewart sanchez morris rogers reed morgan murphy rivera richardson howard torres peterson ramirez james watson sanders bennett barnes ross henderson coleman jenkins patterson hughes flores washington butler simmons foster gonzales bryant griffin diaz hayes myers hamilton graham sullivan wallace owens reynolds ellis harrison gibson mcdonald cruz marshall ortiz gomez murray freeman simpson stevens tucker crawford henry boyd morales kennedy warren dixon ramos reyes burns gordon shaw holmes robertson black daniels palmer mills nichols knight ferguson hawkins dunn perkins hudson spencer gardner payne pierce berry matthews arnold wagner willis ray watkins olson carroll duncan snyder hart cunningham bradley andrews ruiz harper riley armstrong weaver greene lawrence elliott chavez sims peters kelley franklin lawson nguyen tran le pham hoang phan vu vo dang bui do ngo kim park choi jung kang cho yoon jang lim chen wang li zhang liu yang huang zhao wu zhou xu sun ma zhu hu guo lin patel shah singh kumar sharma gupta khan ahmed hussain ali hassan kowalski kowalczyk nowak wisniewski ivanov petrov smirnov volkov schmidt schneider fischer weber meyer schulz becker hoffmann muller rossi russo ferrari esposito bianchi romano colombo ricci silva santos oliveira souza pereira costa ferreira almeida delacruz dela-cruz yamamoto tanaka suzuki sato watanabe ito nakamura kobayashi okafor okonkwo adeyemi mensah owusu abdi mohamed haji osei o'brien o'connor o'neil o'neal o'donnell mcdonald mccarthy macdonald van-buren fitzgerald goldberg cohen levy rosenberg shapiro friedman whitfield tolliver hernandez-lopez",
    )
});

/// Given names and surnames that are other words too: only in capitals, and only beside another name or a label.
static AMBIGUOUS: Words = LazyLock::new(|| {
    words(
        "will may grace faith hope mark bill rose hill stone june april august summer dawn joy jean art miles chase drew grant pat sue rob gene guy jack jay ray dean lance max sterling rich frank harry iris ivy lily daisy olive pearl ruby amber crystal jade christian young long brown white black green gray king price wood woods field fields brooks banks rivers lake park church bishop pope baker cook carter cooper fisher hunter mason miller porter potter taylor turner walker weaver wright bell cross day fox hand head knight lamb love moon noble page power rice savage sharp short small snow strong swift winter wise wolf bush case good best key lane law little lord major means moody moss paul savage self shields shore singer speed spring steel street sweet terry underwood wall ward water waters way wells",
    )
});

/// Words that follow a label and are no name.
static NOT_NAMES: Words = LazyLock::new(|| {
    words(
        "alleges toma tomaba tomando metformina insulina glibenclamida está esta su sus ella ellos ellas nuestra nuestro soc sec emer mr mrs ms miss mister dr prof sr sra srta a an the and or but with without w w/ on in at of to for from by as is was are were be been being has had have does did do can could may might will would should shall came come comes seen sees saw here there back today yesterday tomorrow now then who whom whose which that this these those their his her him she he they it its our your my we i you not no yes also just still only very more most new old same other another both all any each every some few many much presented presents presenting denies denied denying needs needed wants wanted asked asks says said states stated reports reported complains complained called calls calling went goes going gets got getting gave given received receiving brought bought sits sitting lives living returned returns return had having underwent undergoing admitted discharged transferred referred scheduled established est est. new-patient inpatient outpatient medicare medicaid medicaid. commercial cash self insurance insured payer plan payor coverage responsibility portion share balance balances bill bills billing billed claim claims chart charts code codes coding visit visits care info information instructions name names id dob age aged male female man woman boy girl child infant baby adult teen year years yo y/o yr yrs old post pre s/p status history hx dx diagnosis procedure surgery surgical op operative note notes report cpt icd hcpcs ncci dos date dates time total encounter education satisfaction safety consent record records portal type types population home facility clinic hospital office room bed transport services service supply supplies equipment device assistance assistant relations access registration financial first last middle full contact number numbers phone cell account acct mrn ssn mbi address zip email state city county street one two three four five several per via due after before during since until while when where why how if so because unless about above below under over between through skipping taking takes took on-going stable improved well fine okay ok left right bilateral knee shoulder hip wrist pain ckd dm t2dm htn chf copd cancer ca pt pts patient patients paciente con sin de del la el los las un una para por vino viene tiene fue es en y o que se le nos establecido nueva nuevo dr doctor physician provider nurse np pa md rn surgeon surgeons specialist consult consultation request requested please thanks thank regards hi hello dear question questions re fw fwd sent monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec aetna cigna humana uhc unitedhealthcare united bcbs blue cross shield anthem kaiser tricare novitas noridian palmetto cgs wps ngs railroad advantage part gold ppo hmo er ed icu or asc snf dme pcp ob gyn ent gi pos bmi ekg ecg mri ct xray x-ray lab labs path pathology biopsy colonoscopy egd endoscopy injection injections infusion vaccine vaccines drug drugs dose doses units unit modifier modifiers edit edits pair pairs global period level levels mdm e/m em awv ippe opd",
    )
});

/// Eponyms, drugs and payers: capitals that are no person's.
static MEDICAL: Words = LazyLock::new(|| {
    words(
        "bluecross blueshield medi-cal medi-caid osgood schlatter osgood-schlatter na parkinson parkinson's crohn crohn's whipple mohs colles baker foley bell bell's le fort alzheimer alzheimer's hodgkin hodgkin's graves hashimoto cushing addison raynaud sjogren marfan down turner tourette huntington lyme kaposi barrett paget dupuytren quervain achilles smith-petersen bosworth bankart hill-sachs latarjet lisfranc weber salter-harris nissen roux roux-en-y billroth hartmann stark medicare medicaid humira kenalog toradol rocephin botox prolia keytruda rituxan neulasta xolair eliquis lisinopril metformin depo-medrol depo zofran lantus ozempic decadron supartz synvisc orthovisc euflexxa remicade entyvio stelara venofer injectafer zometa reclast dilaudid ativan lasix coumadin warfarin tylenol ibuprofen aspirin insulin prednisone section chapter article rule lcd ncd cms ncci hcpcs medigap optum availity epic cerner athena noridian novitas palmetto cgs wellcare ambetter molina centene carelon evicore kaiser anthem highmark premera regence emblemhealth wellmark amerigroup geisinger multiplan zelis cotiviti trizetto waystar kareo nextgen eclinicalworks athenahealth meditech aapc ahima caseconsultant wps ngs",
    )
});

/// Words of organisations, places and papers: capitals before them name no person.
static ORGANISATION: Words = LazyLock::new(|| {
    words(
        "clinic clinics associates hospital hospitals health healthcare medical medicine center centre centers dermatology ortho orthopedics orthopaedics orthopedic surgical surgery family group university insurance advantage blue county memorial regional institute policy manual act rule rules street avenue road plan plans care services physicians cardiology urology oncology radiology pediatrics gastroenterology neurology nursing home pharmacy laboratory labs lab imaging partners llc inc corp pllc college school department dept office system network community foundation society association program journal press city state beach springs heights park valley lake river island",
    )
});

/// What makes the name before it an eponym.
static OF_DISEASE: Words = LazyLock::new(|| {
    words(
        "esophagus oesophagus disease diseases syndrome syndromes fracture fractures cyst cysts sign test tests palsy lymphoma procedure repair operation classification scale score criteria maneuver technique method block catheter tube lesion lesions contracture deformity phenomenon thyroiditis osteotomy stent valve fundoplication lymphadenopathy sarcoma tumor tumour cell reflex ulcer dystrophy chorea dementia gastric bypass esophagus joint nerve node pouch ring disorder screen view position incision approach hernia flap graft index spots law tremor anemia ataxia arthropathy nodes dislocation amputation arthroplasty screw pin needle drain bag filter coil implant prosthesis shunt",
    )
});

/// Places that payers and rules are named after, months, and peoples: capitals of a coder's sentence.
static PLACES_AND_TIMES: Words = LazyLock::new(|| {
    words(
        "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey mexico york carolina dakota ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia washington wisconsin wyoming columbia puerto mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday american canada canadian america english spanish german french european african asian hispanic english states united federal national january enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre nacio nació nacido nacida",
    )
});

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split(' ').collect()
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase()
}

/// Every piece of `Castellanos-Ibarra` and the whole, without the possessive.
fn pieces(word: &str) -> Vec<String> {
    let plain = folded(&bare(word));
    let plain = plain.strip_suffix("'s").unwrap_or(&plain);
    let mut pieces = vec![plain.to_owned()];
    if plain.contains(['-', '\'']) {
        pieces.extend(plain.split(['-', '\'']).filter(|piece| piece.len() > 2).map(str::to_owned));
    }
    pieces
}

/// A given name that is hardly ever another word.
pub(super) fn is_given(word: &str) -> bool {
    let word = bare(word);
    GIVEN.contains(word.as_str())
        || !is_spoken(&word) && pieces(&word).iter().any(|piece| is_listed_given(piece) && !is_vocabulary(piece))
}

/// A given name, or a word that is one at times.
pub(super) fn may_be_given(word: &str) -> bool {
    let word = bare(word);
    GIVEN.contains(word.as_str()) || AMBIGUOUS.contains(word.as_str()) || is_given(&word)
}

pub(super) fn is_ambiguous(word: &str) -> bool {
    let word = bare(word);
    AMBIGUOUS.contains(word.as_str())
        || NOT_NAMES.contains(word.as_str())
        || !GIVEN.contains(word.as_str()) && is_vocabulary(&folded(&word))
}

/// A surname that is hardly ever another word.
pub(super) fn is_family(word: &str) -> bool {
    let word = bare(word);
    FAMILY.contains(word.as_str())
        || !is_spoken(&word) && pieces(&word).iter().any(|piece| is_listed_family(piece) && !is_vocabulary(piece))
}

/// A surname, or a word that is one at times.
pub(super) fn may_be_family(word: &str) -> bool {
    let word = bare(word);
    let listed = |folded: String| is_listed_family(&folded) || is_listed_given(&folded);
    !NOT_NAMES.contains(word.as_str()) && (AMBIGUOUS.contains(word.as_str()) || is_family(&word) || listed(folded(&word)))
}

/// A word that names no person.
pub(super) fn is_no_name(word: &str) -> bool {
    let word = bare(word);
    NOT_NAMES.contains(word.as_str()) && !AMBIGUOUS.contains(word.as_str()) || MEDICAL.contains(word.as_str()) || word.is_empty()
}

/// An eponym, a drug or a payer.
pub(super) fn is_medical(word: &str) -> bool {
    MEDICAL.contains(bare(word).as_str())
}

/// A word whose double meaning was weighed by hand.
pub(super) fn is_weighed(word: &str) -> bool {
    AMBIGUOUS.contains(bare(word).as_str())
}

pub(super) fn is_place_or_time(word: &str) -> bool {
    PLACES_AND_TIMES.contains(bare(word).as_str())
}

pub(super) fn is_organisation(word: &str) -> bool {
    ORGANISATION.contains(bare(word).as_str())
}

/// `disease`, `fracture`: the capital before it is an eponym.
pub(super) fn makes_eponym(word: &str) -> bool {
    OF_DISEASE.contains(bare(word).as_str())
}

/// A word of English or of medicine.
pub(super) fn is_spoken(word: &str) -> bool {
    let word = bare(word);
    NOT_NAMES.contains(word.as_str()) || MEDICAL.contains(word.as_str()) || is_vocabulary(&folded(&word))
}
