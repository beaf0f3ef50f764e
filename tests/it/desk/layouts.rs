//! The layout of a mail is shown without what acts, fetches, hides or names a patient, whatever its HTML holds.

use caseconsultant::domain::account::Role;
use caseconsultant::parse::laid_out;
use caseconsultant::ports::CaseFilter;
use proptest::prelude::*;

use super::World;

/// Shapes that have got scripts, addresses or frames through cleaners before.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://track.example/pixel.gif?who=anna\" width=1>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<a href=\"javascript:alert(1)\">press</a>",
    "<a href=\" &#1; java\nscript:alert(1)\">press</a>",
    "<table background=\"https://track.example/b.png\"><td background=x>",
    "<td colspan=\"9 onclick=alert(1)\" style=\"background:url(https://track.example)\">cell</td>",
    "<td colspan=99999999 rowspan='\"><script>'>cell</td>",
    "<style>@import 'https://track.example/x.css';</style>",
    "<link rel=stylesheet href=https://track.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html;base64,PHNjcmlwdD4=\"></object><embed src=x>",
    "<video><source onerror=alert(1)></video><audio src=https://track.example/a.mp3 autoplay>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><img src=x onerror=alert(1)>",
    "<xmp><p title=\"</xmp><script>alert(1)</script>\">",
    "<plaintext><b>all the rest",
    "<div onclick=alert(1) id=main name=csrf class=top style=position:fixed>over the page</div>",
    "<p/onmouseover=alert(1)>text",
    "<%<script>%>alert(1)</script>",
    "<scr\0ipt>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<b title='>'><i lang=\"<script>\">",
    "<template><script>alert(1)</script></template>",
    "<select><iframe src=x></select>",
    "</p></div></body></html><script>",
    "<table><tr><td>20610</td><td>2</td></tr></table>",
    "\u{202e}txt\u{2066}",
];

fn mail(html: &str) -> Vec<u8> {
    let head = "From: Anna <anna@clinic.test>\r\nTo: ask@desk.example\r\nSubject: A table\r\nMIME-Version: 1.0\r\n\
                Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(format!("<html><body>{html}</body></html>"));
    let lines: Vec<&str> = body.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("{head}{}\r\n", lines.join("\r\n")).into_bytes()
}

/// Every `<` begins a tag of the few that are let through, with no attribute but the spans of a cell.
#[track_caller]
fn harmless(shown: &str, of: &str) {
    let tag = regex::Regex::new(
        r#"^</?(p|div|span|br|hr|[uo]l|li|b|i|em|strong|u|s|sub|sup|h[1-6]|pre|blockquote|table|thead|tbody|tfoot|tr|t[dh]( (col|row)span="[0-9]{1,2}")*|caption)>"#,
    );
    let tag = tag.unwrap();
    for (at, _) in shown.match_indices('<') {
        assert!(tag.is_match(&shown[at..]), "{:?} in {shown:?}, of {of:?}", &shown[at..].chars().take(40).collect::<String>());
    }
}

#[test]
fn nothing_that_acts_or_fetches_is_let_through() {
    for html in HOSTILE {
        harmless(&laid_out(&mail(html)).unwrap(), html);
    }
    let shown =
        laid_out(&mail("<table><tr><td colspan=2 style='display:none'>a &amp; b &lt; c</td></tr></table><script>x</script>"))
            .unwrap();
    assert_eq!(shown, "<table><tbody><tr><td colspan=\"2\">a &amp; b &lt; c</td></tr></tbody></table>");
    assert!(laid_out(b"From: a@b.test\r\n\r\nplain <b>text</b>").is_none());
    assert!(laid_out(&mail(&"<div>".repeat(20_000))).is_none(), "too deep to be shown");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Pieces of hostile shapes, cut anywhere and put together anyhow.
    #[test]
    fn nor_of_their_pieces(pieces in prop::collection::vec((prop::sample::select(HOSTILE), 0_usize..60, 0_usize..60), 1..7)) {
        let cut = |(shape, from, length): &(&str, usize, usize)| shape.chars().skip(*from % 30).take(*length + 1).collect::<String>();
        let html: String = pieces.iter().map(cut).collect();
        if let Some(shown) = laid_out(&mail(&html)) {
            harmless(&shown, &html);
        }
    }
}

#[test]
fn a_patient_is_named_in_no_cell() {
    let html = "<p>Patient: <b>Jonathan</b> <i>Quillfeather</i>, DOB 03/14/1951</p><table><tr><th>MRN</th><td>MRN 44718820</td></tr>\
                <tr><td>Quillfeather</td><td>20610</td><td>SSN 219-09-9999</td></tr></table><p style='display:none'>Call 555-867-5309</p>\
                <p>May 20610 be billed with 99213 for Mr. Quillfeather?</p>";
    let shown = laid_out(&mail(html)).unwrap();
    for gone in ["Jonathan", "Quillfeather", "03/14/1951", "44718820", "219-09-9999", "867-5309"] {
        assert!(!shown.contains(gone), "{gone} in {shown}");
    }
    for kept in ["20610", "99213", "<td>", "[NAME]"] {
        assert!(shown.contains(kept), "no {kept} in {shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_frame_of_a_mail_holds_nothing_else() {
    let world = World::open().await;
    world.hires("dana", Role::Consultant).await;
    let mut dana = world.signed_in("dana").await;
    world.asked().await;
    let head = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n";
    let html = format!(
        "<p>{}</p><img src=https://track.example/p.gif><table><tr><td>20610</td></tr></table>",
        super::cases::FOR_A_PERSON
    );
    world.mailed("q9", head, &html).await;
    let cases = world.store.cases(&CaseFilter::default()).await.unwrap();
    let (plain, laid) = (cases[0].number(), cases[1].number());
    dana.get(&format!("/cases/{plain}")).await.is(200).does_not_say("As it was laid out");
    let page = dana.get(&format!("/cases/{laid}")).await.is(200);
    let frame = page.body.split("src=\"").find(|rest| rest.contains("/mails/")).unwrap().split('"').next().unwrap().to_owned();
    page.says(&format!("sandbox src=\"{frame}\""));
    let shown = dana.get(&frame).await.is(200);
    shown.says("<td>20610</td>").does_not_say("track.example").does_not_say("<img");
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("http"), "{policy}");
    // A mail is shown by its own case alone.
    let other = frame.replace(&laid.to_string(), &plain.to_string());
    dana.get(&other).await.is(404);
    dana.get(&format!("/cases/{laid}/mails/x")).await.is(404);
    let outgoing = dana.get(&format!("/cases/{laid}/mail/html")).await.is(200);
    assert!(outgoing.header("content-security-policy").unwrap().contains("sandbox"));
    outgoing.says("<html").does_not_say("<script");
    world.browser().get(&frame).await.is(303);
}
