//! What of a page is open to whom.

use serde::Serialize;

use super::super::plans::{Plan, Plans, Section};

/// A section as a page shows it.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", content = "content", rename_all = "snake_case")]
pub enum Shown<T> {
    Open(T),
    /// What somebody does to open it.
    Locked(String),
    /// Why there is nothing to show.
    Nothing(String),
}

/// Who may see what on this page.
pub struct Gate<'a> {
    pub plans: &'a Plans,
    pub plan: &'a Plan,
    /// False where the plan's pages are spent.
    pub opened: bool,
    pub signed_in: bool,
}

impl Gate<'_> {
    /// The section's content, made only where it is open.
    pub fn show<T>(&self, section: Section, content: impl FnOnce() -> Result<T, String>) -> Shown<T> {
        if self.opened && self.plan.opens(section) {
            return match content() {
                Ok(content) => Shown::Open(content),
                Err(why) => Shown::Nothing(why),
            };
        }
        let by = if self.plan.opens(section) { self.plans.more_pages(self.plan) } else { self.plans.unlock(section) };
        Shown::Locked(self.words(by))
    }

    /// Why the page stays shut, where it does.
    pub fn spent(&self) -> Option<String> {
        if self.opened {
            return None;
        }
        let pages = self.plan.code_pages.unwrap_or_default();
        let noun = if pages == 1 { "code page".to_owned() } else { format!("{pages} code pages") };
        let who = if self.signed_in { format!("The {} plan", self.plan.name) } else { "A guest".to_owned() };
        let more = self.words(self.plans.more_pages(self.plan));
        let days = self.plans.window_days;
        Some(if pages == 1 {
            format!("{who} reads one {noun} in {days} days, and you have read yours. {more}")
        } else {
            format!("{who} reads {noun} in {days} days, and they are spent. {more}")
        })
    }

    fn words(&self, by: Option<&Plan>) -> String {
        match by {
            Some(plan) => match plan.code_pages {
                Some(pages) => format!("{} to open this: {pages} code pages in {} days.", plan.unlock, self.plans.window_days),
                None => format!("{} to open this.", plan.unlock),
            },
            None => "No plan on offer opens this.".to_owned(),
        }
    }
}
