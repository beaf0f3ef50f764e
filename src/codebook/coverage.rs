//! Which days a loaded edition answers for.

use jiff::civil::{Date, date};

use crate::domain::code::Family;

/// An edition of one family and the days for which it is the one in force, both inclusive.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Coverage {
    pub edition: String,
    pub from: Date,
    pub to: Date,
}

impl Coverage {
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// NCCI and HCPCS change each quarter; ICD-10-CM each October with an April update; the manuals each January.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the embedded records hold these few families of many")]
    pub(super) fn of_starter(family: Family) -> Option<Self> {
        let (edition, from, to) = match family {
            Family::NcciPtp | Family::Mue => ("2024 Q3", date(2024, 7, 1), date(2024, 9, 30)),
            Family::Hcpcs | Family::Modifiers => ("2025 January", date(2025, 1, 1), date(2025, 3, 31)),
            Family::Icd10Cm => ("FY2025 and FY2026", date(2024, 10, 1), date(2026, 9, 30)),
            Family::Guidelines => ("FY2026", date(2025, 10, 1), date(2026, 9, 30)),
            Family::NcciManual => ("2026", date(2026, 1, 1), date(2026, 12, 31)),
            // Rules that no file carries hold until they are changed here; each names its own start.
            Family::Rulebook => ("rulebook", date(2015, 10, 1), Date::MAX),
            _ => return None,
        };
        Some(Self { edition: edition.to_owned(), from, to })
    }
}
