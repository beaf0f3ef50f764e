//! Cookies in and out (RFC 6265).

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

/// The value of the request's cookie `name`.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// How a cookie is kept: never shown to scripts, never sent along from another site's form.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub secs: u64,
    /// Only over HTTPS.
    pub secure: bool,
}

/// Sets the cookie; an empty value with no time takes it away.
pub fn set(headers: &mut HeaderMap, name: &str, value: &str, kept: Kept) {
    let secure = if kept.secure { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", kept.secs);
    if let Ok(line) = HeaderValue::from_str(&line) {
        headers.append(SET_COOKIE, line);
    }
}
