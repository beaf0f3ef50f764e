//! Address fields, the well-formed and the others.

use mail_parser::{Address, HeaderName, HeaderValue, Message};

use crate::domain::address::Correspondent;
use crate::parse::fields::Fields;
use crate::parse::limits::ADDRESSES_MAX;

/// Everyone named in all fields called `name` (in lower case), without doubles.
pub(super) fn of_field(message: &Message<'_>, fields: &Fields, name: &str) -> Vec<Correspondent> {
    let header = match name {
        "from" => HeaderName::From,
        "sender" => HeaderName::Sender,
        "to" => HeaderName::To,
        "cc" => HeaderName::Cc,
        _ => HeaderName::ReplyTo,
    };
    let mut people: Vec<Correspondent> = Vec::new();
    for value in message.header_values(header) {
        if let HeaderValue::Address(list) = value {
            collect(list, &mut people);
        }
    }
    if people.is_empty() {
        people.extend(fields.all(name).filter_map(loosely));
    }
    people
}

fn collect(list: &Address<'_>, people: &mut Vec<Correspondent>) {
    for address in list.iter().take(ADDRESSES_MAX) {
        let clean = |text: &str| text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ").trim().to_owned();
        let mut name = address.name.as_deref().map(clean).filter(|name| !name.is_empty());
        let mut mailbox = address.address.as_deref().map(clean).unwrap_or_default();
        if mailbox.is_empty() {
            // `From: someone@clinic.example (only a name by the parser's reading)`.
            match name.take_if(|name| name.contains('@') && !name.contains(' ')) {
                Some(alone) => mailbox = alone,
                None if name.is_none() => continue,
                None => {}
            }
        }
        let known = people.iter().any(|seen| !mailbox.is_empty() && seen.address.eq_ignore_ascii_case(&mailbox));
        if !known && people.len() < ADDRESSES_MAX {
            people.push(Correspondent { name, address: mailbox });
        }
    }
}

/// The last resort for a field that follows no grammar: the first token with an `@`.
fn loosely(value: &str) -> Option<Correspondent> {
    let token = value.split(|c: char| c.is_whitespace() || "<>,;\"'()[]".contains(c)).find(|token| token.contains('@'))?;
    Some(Correspondent { name: None, address: token.to_owned() })
}
