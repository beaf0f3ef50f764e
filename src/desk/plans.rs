//! What each plan opens: `config/plans.toml`, read once.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

const PLANS: &str = include_str!("../../config/plans.toml");

/// The parts of a code page that a plan opens one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    Plain,
    Description,
    Validity,
    Hierarchy,
    Notes,
    Limits,
    Edits,
    Payment,
    Crosswalks,
    History,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub key: String,
    pub name: String,
    /// What somebody does to have this plan, as a sentence without its end.
    pub unlock: String,
    /// Different code pages within the window; `None`: as many as wanted.
    pub code_pages: Option<u32>,
    sections: Vec<Section>,
}

impl Plan {
    pub fn opens(&self, section: Section) -> bool {
        self.sections.contains(&section)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plans {
    pub window_days: u32,
    pub guest_pages_per_address_day: u32,
    #[serde(rename = "plans")]
    list: Vec<Plan>,
}

/// The plans as shipped.
///
/// # Errors
/// Where the file can't be read as plans; a test reads it.
pub fn plans() -> Result<&'static Plans, String> {
    static READ: LazyLock<Result<Plans, String>> =
        LazyLock::new(|| toml::from_str(PLANS).map_err(|error| format!("config/plans.toml: {error}")));
    READ.as_ref().map_err(Clone::clone)
}

impl Plans {
    /// The keys of all plans.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|plan| plan.key.as_str())
    }

    /// The plan with this key; an account's unknown or empty plan counts as `registered`.
    pub fn of(&self, key: &str) -> Option<&Plan> {
        let named = self.list.iter().find(|plan| plan.key == key);
        named.or_else(|| self.list.iter().find(|plan| plan.key == "registered"))
    }

    /// What somebody does to open `section`: the first plan for sale that holds it.
    pub fn unlock(&self, section: Section) -> Option<&Plan> {
        self.list.iter().find(|plan| !plan.unlock.is_empty() && plan.opens(section))
    }

    /// What somebody with `plan` does to open more code pages: the next plan that counts more, or none.
    pub fn more_pages(&self, plan: &Plan) -> Option<&Plan> {
        let now = plan.code_pages?;
        self.list.iter().find(|other| !other.unlock.is_empty() && other.code_pages.is_none_or(|pages| pages > now))
    }
}
