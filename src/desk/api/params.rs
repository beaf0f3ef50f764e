//! What stands behind the `?` of an address. A name that nobody knows is a mistake that is told, not passed over.

use axum::http::Uri;
use jiff::civil::Date;

use super::Problem;
use crate::domain::code::CodeSystem;

pub struct Params(Vec<(String, String)>);

impl Params {
    pub fn read(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let query = uri.query().unwrap_or_default();
        let all: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        match all.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Problem::bad(format!("{name} is not asked for here; there is {}", known.join(", ")))),
            None => Ok(Self(all)),
        }
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    pub fn one(&self, name: &str) -> Result<Option<String>, Problem> {
        let mut all = self.all(name);
        let last = all.pop();
        if all.is_empty() { Ok(last) } else { Err(Problem::bad(format!("{name} is given more than once"))) }
    }

    pub fn day(&self, name: &str, else_on: Date) -> Result<Date, Problem> {
        match self.one(name)? {
            Some(text) => text.parse().map_err(|_| Problem::bad(format!("{name} is a day: 2026-07-01"))),
            None => Ok(else_on),
        }
    }

    pub fn count(&self, name: &str, usual: u32, max: u32) -> Result<u32, Problem> {
        match self.one(name)? {
            Some(text) => match text.parse() {
                Ok(count) if (1..=max).contains(&count) => Ok(count),
                Ok(_) | Err(_) => Err(Problem::bad(format!("{name} is a number from 1 to {max}"))),
            },
            None => Ok(usual),
        }
    }
}

pub fn system(text: &str) -> Result<CodeSystem, Problem> {
    crate::desk::codes::of_slug(text).ok_or_else(|| Problem::missing(&format!("code system {text}")))
}
