//! `[webhook.NAME]`: the programs that are told of what happens.

use figment::value::Dict;
use secrecy::ExposeSecret as _;

use super::read::{EACH, Reader};
use crate::webhook::{HookSettings, HookUrl, key};

const FORM: &str = "write https://HOST/PATH, or http://127.0.0.1:PORT/PATH";

pub(super) fn webhooks(r: &mut Reader) -> Vec<HookSettings> {
    let names = r.names("webhook");
    // The keys for all are known even where there is none.
    let mut scout = Reader::new(Dict::new());
    webhook(&mut scout, EACH);
    r.know_keys_of(scout);
    names.into_iter().filter_map(|name| webhook(r, &name)).collect()
}

fn webhook(r: &mut Reader, name: &str) -> Option<HookSettings> {
    let section = format!("webhook.{name}");
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
        r.problem(&section, "is not a plain name", "use letters, digits, - and _ only");
    }
    let url = r.required::<HookUrl>(&format!("{section}.url"), FORM);
    let secret_key = format!("{section}.secret");
    let secret = r.secret(&secret_key);
    let fits = secret.as_ref().is_some_and(|secret| key(secret.expose_secret()).is_some());
    if !fits && !r.has_problem(&secret_key) && !r.has_problem(&format!("{secret_key}_file")) {
        let wrong = if secret.is_some() { "is not 24 bytes or more in base64" } else { "is missing" };
        r.problem(&secret_key, wrong, "make one with `openssl rand -base64 32`");
    }
    let ca_file = r.file(&format!("{section}.ca_file"));
    Some(HookSettings { name: name.to_owned(), url: url?, secret: secret?, ca_file })
}
