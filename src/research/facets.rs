//! Single facts of a code that other answers bring along: a global period, an indicator, a status.

use super::Desk;
use crate::domain::code::CodeRef;
use crate::domain::finding::FindingId;

/// Lays down the record of `kind` for `code`; `None` where the loaded edition holds none.
pub(super) const fn record(_desk: &mut Desk<'_>, _kind: &str, _code: &CodeRef) -> Option<FindingId> {
    None
}
