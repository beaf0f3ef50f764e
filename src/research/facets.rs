//! Single facts of a code that other answers bring along: a unit limit, a global period, an indicator, a status.

use super::Desk;
use crate::domain::code::CodeRef;
use crate::domain::finding::{Fact, FindingId};

/// Lays down the record of `kind` for `code`; `None` where the loaded edition holds none.
pub(super) fn record(desk: &mut Desk<'_>, kind: &str, code: &CodeRef) -> Option<FindingId> {
    match kind {
        "mue" => unit_limit(desk, code),
        _ => None,
    }
}

fn unit_limit(desk: &mut Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    let known = |desk: &Desk<'_>| {
        desk.findings.iter().find(|f| matches!(&f.fact, Fact::UnitLimit { code: of, .. } if of == code)).map(|f| f.id)
    };
    known(desk).or_else(|| {
        super::unit_limits::of(desk, code, None);
        known(desk)
    })
}
