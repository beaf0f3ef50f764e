//! How many code pages a visitor has opened: guests by a signed cookie, behind a coarse limit per network address.

use axum::http::{Extensions, HeaderMap};
use jiff::{SignedDuration, Timestamp};

use super::Desk;
use super::cookies::{self, Kept};
use super::limits::network;
use super::plans::{Plan, Plans};

const COOKIE: &str = "cc_seen";
const PURPOSE: &str = "code pages seen";
/// A cookie holds at most this many codes; no plan that is counted by one counts further.
const CODES_MAX: usize = 200;

/// What a visitor has opened within the window that began at `since`.
struct Seen {
    since: i64,
    codes: Vec<String>,
}

impl Seen {
    fn read(text: &str, now: i64, window: i64) -> Option<Self> {
        let (since, codes) = text.split_once('|')?;
        let since: i64 = since.parse().ok()?;
        let fresh = (now - window..=now).contains(&since);
        fresh.then(|| Self { since, codes: codes.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect() })
    }

    fn write(&self) -> String {
        format!("{}|{}", self.since, self.codes.join(" "))
    }
}

/// Whether a page opens for who is counted by a cookie; `headers` takes the cookie that remembers it. A page opened before
/// within the window opens again.
pub fn opens(
    desk: &Desk,
    plans: &Plans,
    plan: &Plan,
    code: &str,
    request: (&HeaderMap, &Extensions),
    headers: &mut HeaderMap,
) -> bool {
    let Some(max) = plan.code_pages else { return true };
    let now: Timestamp = desk.flow.clock.now();
    let window = SignedDuration::from_hours(24 * i64::from(plans.window_days));
    let known = cookies::read(request.0, COOKIE).and_then(|signed| desk.signer.read(PURPOSE, signed));
    let known = known.and_then(|text| Seen::read(&text, now.as_second(), window.as_secs()));
    let mut seen = known.unwrap_or(Seen { since: now.as_second(), codes: Vec::new() });
    if seen.codes.iter().any(|known| known == code) {
        return true;
    }
    let room = seen.codes.len() < usize::try_from(max).unwrap_or(usize::MAX).min(CODES_MAX);
    if !room || !desk.guest_pages.take(&network(request.1, request.0), now) {
        return false;
    }
    seen.codes.push(code.to_owned());
    let secs = window.as_secs().unsigned_abs();
    cookies::set(headers, COOKIE, &desk.signer.sign(PURPOSE, &seen.write()), Kept { secs, secure: desk.secure });
    true
}
