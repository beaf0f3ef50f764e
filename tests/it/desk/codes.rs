//! Code pages: what they say of a code on a day, and how many of them a guest reads.

use super::World;

const STRICT: &str = "default-src 'none'; style-src 'self'; script-src 'self'";
/// The limit for a page, in bytes.
const PAGE_BYTES_MAX: usize = 150_000;

#[tokio::test]
async fn a_diagnosis_page_says_what_it_is_and_where_it_stands() {
    let world = World::open().await;
    let page = world.browser().get("/codes/icd10cm/E11.9?on=2026-01-15").await.is(200);
    page.says("Type 2 diabetes mellitus without complications").says("Valid and billable on 2026-01-15");
    page.says("Type 2 diabetes for which no complication is on record.").says("Our own words");
    page.says("Endocrine, nutritional and metabolic diseases").says("href=\"/codes/icd10cm/E11\"");
    page.says("Excludes1").says("Use additional code").says("href=\"/codes/icd10cm/Z79.4\"");
    page.says("FY2026");
    assert!(page.header("content-security-policy").unwrap().starts_with(STRICT));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert!(page.body.len() < PAGE_BYTES_MAX, "{} bytes", page.body.len());
    let style = page.body.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap();
    let style = world.browser().get(&format!("/assets/{style}")).await.is(200);
    assert!(style.header("cache-control").unwrap().contains("immutable"));
}

#[tokio::test]
async fn a_heading_leads_to_its_codes_and_a_day_decides() {
    let world = World::open().await;
    let heading = world.browser().get("/codes/icd10cm/M25.56").await.is(200);
    heading.says("not billable by itself").says("href=\"/codes/icd10cm/M25.561\"").says("Generated from the record");
    let fracture = world.browser().get("/codes/icd10cm/S52.501").await.is(200);
    fracture.says("Seventh characters").says("S52.501A");
    let former = world.browser().get("/codes/icd10cm/M54.5?on=2026-01-15").await.is(200);
    former.says("On a day");
    let wrong = world.browser().get("/codes/icd10cm/E11.9?on=tomorrow").await.is(200);
    wrong.says("“tomorrow” is not a day");
}

#[tokio::test]
async fn procedure_codes_show_no_wording_that_is_not_ours_to_show() {
    let world = World::open().await;
    let cpt = world.browser().get("/codes/cpt/20610").await.is(200);
    cpt.says("no licence for it is configured").says("Our own words");
    let level2 = world.browser().get("/codes/hcpcs/J1885?on=2025-02-01").await.is(200);
    level2.says("ketorolac tromethamine").says("Valid on 2025-02-01").says("1993-01-01");
    let generated = world.browser().get("/codes/hcpcs/J0585?on=2025-02-01").await.is(200);
    generated.says("One unit stands for").says("Generated from the record");
    let modifier = world.browser().get("/codes/modifier/25").await.is(200);
    modifier.says("It goes on a visit");
}

#[tokio::test]
async fn every_spelling_of_a_code_leads_to_one_address() {
    let world = World::open().await;
    for (asked, leads_to) in [
        ("/codes/icd10cm/E119", "/codes/icd10cm/E11.9"),
        ("/codes/ICD-10-CM/e11.9?on=2026-01-15", "/codes/icd10cm/E11.9?on=2026-01-15"),
        ("/codes/hcpcs/j1885", "/codes/hcpcs/J1885"),
        ("/codes?q=e11.9", "/codes/icd10cm/E11.9"),
        ("/codes?q=20610", "/codes/cpt/20610"),
        ("/codes?q=25", "/codes/modifier/25"),
        ("/", "/sign-in"),
    ] {
        let reply = world.browser().get(asked).await;
        assert!((300..400).contains(&reply.status), "{asked}: {}", reply.status);
        assert_eq!(reply.location(), leads_to, "{asked}");
    }
}

#[tokio::test]
async fn an_unknown_code_is_not_found_with_what_is_near_it() {
    let world = World::open().await;
    world.store.ready().await.unwrap();
    let missing = world.browser().get("/codes/icd10cm/E11.99").await.is(404);
    missing.says("no such code").says("E11.9");
    world.browser().get("/codes/hcpcs/J1889").await.is(404).says("J1885");
    world.browser().get("/codes/nonsense/X1").await.is(404).says("no code system");
    world.browser().get("/codes/cpt/00000").await.is(404).says("says nothing about the code itself");
    world.browser().post("/codes", &[("q", "E11.9")]).await.is(405);
    world.browser().get("/nowhere").await.is(404).says("There is no page at");
    let script = world.browser().get("/codes/icd10cm/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!([301, 308, 404].contains(&script.status));
    script.does_not_say("<script>alert");
    world.browser().get("/codes?q=%3Cimg%20src%3Dx%3E").await.is(200).does_not_say("<img");
}

#[tokio::test]
async fn words_find_codes() {
    let world = World::open().await;
    let found = world.browser().get("/codes?q=pain%20in%20right%20knee").await.is(200);
    found.says("/codes/icd10cm/M25.561").says(world.flow.shelf.codebook().edition());
    world.browser().get("/codes?q=zzqqx").await.is(200).says("Nothing in the loaded records");
}

#[tokio::test]
async fn a_guest_reads_one_code_page_and_is_told_what_opens_more() {
    let world = World::open().await;
    let mut guest = world.browser();
    let first = guest.get("/codes/hcpcs/J1885").await.is(200);
    first.says("Register your practice and sign in to open this").does_not_say("you have read yours");
    guest.get("/codes/hcpcs/J1885?on=2025-01-01").await.is(200).does_not_say("you have read yours");
    let second = guest.get("/codes/icd10cm/I10").await.is(200);
    second.says("you have read yours").says("5 code pages").does_not_say("Essential (primary) hypertension");
    let honest = guest.cookies["cc_seen"].clone();
    let (text, mac) = honest.split_once('.').unwrap();
    for forged in [format!("{text}x.{mac}"), format!("{text}.{}", "A".repeat(43)), "MHw.x".to_owned()] {
        guest.cookies.insert("cc_seen".to_owned(), forged);
        let page = guest.get("/codes/icd10cm/I10").await.is(200);
        page.says("Essential (primary) hypertension");
    }
}

#[tokio::test]
async fn throwing_the_cookie_away_helps_only_so_often() {
    let world = World::open().await;
    let codes = ["E11.9", "I10", "M25.561", "M17.11", "M54.50"];
    let mut shut = 0;
    for at in 0..50 {
        let page = world.browser().get(&format!("/codes/icd10cm/{}", codes[at % codes.len()])).await.is(200);
        shut += usize::from(page.body.contains("you have read yours"));
    }
    assert_eq!(shut, 10, "forty pages a day and address");
    let mut elsewhere = world.browser();
    elsewhere.extra.push(("X-Forwarded-For".to_owned(), "198.51.100.7".to_owned()));
    elsewhere.get("/codes/icd10cm/I10").await.is(200).does_not_say("you have read yours");
}
