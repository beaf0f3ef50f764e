//! `case list`.

use clap::ValueEnum;
use jiff::Timestamp;

use super::super::print::{age, json_line, table};
use super::super::{Global, consultant};
use crate::desk::told::{Names, View};
use crate::ports::CaseFilter;

#[derive(Debug, clap::Args)]
pub struct List {
    /// Only cases in this state; may be repeated
    #[arg(long, value_enum)]
    state: Vec<State>,
    /// Only cases that this consultant has in hand
    #[arg(long, value_name = "CONSULTANT")]
    assigned: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    Unmatched,
    Queued,
    Drafting,
    InReview,
    Sending,
    AwaitingRequester,
    Answered,
    Undeliverable,
    Closed,
}

impl List {
    pub async fn run(&self, global: &Global) -> anyhow::Result<()> {
        let store = global.store().await?;
        let assigned = match &self.assigned {
            Some(handle) => Some(consultant::acting(store.as_ref(), handle).await?.id),
            None => None,
        };
        let states = self.state.iter().filter_map(|state| Some(state.to_possible_value()?.get_name().to_owned())).collect();
        let names = Names::read(store.as_ref()).await?;
        let now = Timestamp::now();
        let mut rows = Vec::new();
        for case in store.cases(&CaseFilter { states, assigned, limit: self.limit }).await? {
            let view = View::of(&store.case_file(case.id).await?, &names, now);
            if global.json { json_line(&view)? } else { rows.push(row(view)) }
        }
        if global.json {
            return Ok(());
        }
        table(&["case", "state", "age", "route", "in hand", "requester", "subject"], &rows)
    }
}

fn row(view: View) -> Vec<String> {
    vec![
        view.number.to_string(),
        view.state.to_owned(),
        age(view.age_secs),
        view.route.map(|route| route.name().to_owned()).unwrap_or_default(),
        view.assigned_to.unwrap_or_default(),
        view.requester,
        view.subject,
    ]
}
