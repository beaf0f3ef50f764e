//! `codebook`: editions built, listed, put in use.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::Global;
use super::print::{BOLD, DIM, GREEN, YELLOW, json_line, line, styled, table};
use crate::codebook::build::{self, Order, Progress, Report};
use crate::codebook::import::container::Limits;
use crate::codebook::import::input::Licences;
use crate::codebook::{Edition, cadence, edition};
use crate::domain::code::Family;

/// The code records: build an edition from published files, list editions, put one in use
#[derive(Debug, Subcommand)]
pub enum CodebookCommand {
    Build(Build),
    Status(Status),
    List(List),
    Use(Use),
}

/// Read every published file in folders (archives too), build an edition upon the one in use, put it in use
#[derive(Debug, clap::Args)]
pub struct Build {
    /// A folder or a file; may be given several times
    #[arg(long, required = true, value_name = "DIR")]
    from: Vec<PathBuf>,
    /// The edition's name [default: the day]
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,
    /// Begin with nothing instead of with the records of the edition in use
    #[arg(long)]
    fresh: bool,
    /// The licence under which CPT wording may be imported and shown
    #[arg(long, value_name = "TEXT")]
    cpt_license: Option<String>,
}

/// Say what the edition in use holds, for which days, and what is missing
#[derive(Debug, clap::Args)]
pub struct Status {}

/// List the editions
#[derive(Debug, clap::Args)]
pub struct List {}

/// Put an edition in use
#[derive(Debug, clap::Args)]
pub struct Use {
    #[arg(value_name = "EDITION")]
    edition: String,
}

impl CodebookCommand {
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::Build(command) => command.run(global),
            Self::Status(_) => Status::run(global),
            Self::List(_) => List::run(global),
            Self::Use(command) => command.run(global),
        }
    }
}

#[derive(Serialize)]
struct BuiltLine<'a> {
    edition: &'a str,
    folder: String,
    #[serde(flatten)]
    report: &'a Report,
}

impl Build {
    fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.config()?;
        let order = Order {
            licences: Licences {
                cpt: self.cpt_license.clone().or(config.codebook.cpt_licence),
                cdt: config.codebook.cdt_licence,
            },
            dir: config.codebook.dir,
            from: self.from.clone(),
            name: self.edition.clone(),
            today: jiff::Zoned::now().date(),
            fresh: self.fresh,
            limits: Limits::default(),
        };
        let bars = Bars::new();
        let built = build::build(&order, &|progress| bars.tell(progress));
        bars.bar.finish_and_clear();
        let built = built?;
        if global.json {
            json_line(&BuiltLine { edition: &built.name, folder: built.folder.display().to_string(), report: &built.report })?;
        } else {
            print_built(&built.name, &built.report)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_built(name: &str, report: &Report) -> anyhow::Result<()> {
    let rows: Vec<Vec<String>> = report
        .sources
        .iter()
        .map(|source| {
            let of = if source.part.is_empty() { source.family.clone() } else { format!("{} {}", source.family, source.part) };
            let days = format!("{} to {}", source.from, source.to);
            vec![of, source.edition.clone(), days, source.rows.to_string(), source.file.clone()]
        })
        .collect();
    table(&["family", "edition", "days", "rows", "file"], &rows)?;
    for file in report.files.iter().filter(|file| file.bad > 0) {
        line(styled(YELLOW, format!("{}: {} of {} rows can't be read", file.file, file.bad, file.read)))?;
        for sample in &file.samples {
            line(format!("    {sample}"))?;
        }
    }
    for file in &report.unrecognised {
        line(format!("{} {}: {}", styled(DIM, "not read"), file.file, file.why))?;
    }
    let mib = report.records_bytes >> 20;
    line(format!("{} {name} is in use: {mib} MiB in {:.1} s", styled(GREEN, "edition"), millis(report.elapsed_ms)))
}

fn millis(ms: u64) -> f64 {
    Duration::from_millis(ms).as_secs_f64()
}

/// A bar on a terminal, plain lines elsewhere.
struct Bars {
    bar: ProgressBar,
    quiet: bool,
    files: Mutex<(usize, usize)>,
}

impl Bars {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{elapsed}] {bar:30} {pos}/{len} files  {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { quiet: bar.is_hidden(), bar, files: Mutex::new((0, 0)) }
    }

    fn tell(&self, progress: Progress) {
        let mut files = self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match progress {
            Progress::Waiting => self.say("another build holds the folder; waiting for it"),
            Progress::Files(count) => {
                files.1 = count;
                self.bar.set_length(count as u64);
            }
            Progress::Rows(rows) => {
                if !self.quiet {
                    self.bar.set_message(format!("{rows} rows"));
                }
            }
            Progress::Done(file) => {
                files.0 += 1;
                self.bar.inc(1);
                if self.quiet {
                    eprintln!("{}/{} {file}", files.0, files.1);
                }
            }
            Progress::Step(step) => self.say(step),
        }
    }

    fn say(&self, text: &str) {
        if self.quiet {
            eprintln!("{text}");
        } else {
            self.bar.set_message(text.to_owned());
        }
    }
}

/// A family as `codebook status --json` prints it: one object a source, and one for each family that is missing.
#[derive(Serialize)]
struct StatusLine {
    edition: Option<String>,
    family: String,
    part: String,
    /// The family's edition; none where it is missing.
    source: Option<String>,
    file: Option<String>,
    from: Option<String>,
    to: Option<String>,
    rows: i64,
    whole: bool,
    /// Whether it answers for today.
    current: bool,
    /// What can't be answered without it, or not for today.
    answers: String,
}

impl Status {
    fn run(global: &Global) -> anyhow::Result<ExitCode> {
        let dir = global.config()?.codebook.dir;
        let today = jiff::Zoned::now().date();
        let name = edition::current_name(&dir)?;
        let edition = name.as_ref().map(|name| Edition::open(&dir.join(edition::EDITIONS).join(name))).transpose()?;
        let mut lines = Vec::new();
        for family in Family::ALL.into_iter().filter(|family| *family != Family::Rulebook) {
            let sources = edition.iter().flat_map(Edition::sources).filter(|source| source.family == family);
            let before = lines.len();
            lines.extend(sources.map(|source| StatusLine {
                edition: name.clone(),
                family: family.label().to_owned(),
                part: source.part.clone(),
                source: Some(source.edition.clone()),
                file: Some(source.file.clone()),
                from: Some(source.from.to_string()),
                to: Some(if source.to == jiff::civil::Date::MAX { "standing".to_owned() } else { source.to.to_string() }),
                rows: source.rows,
                whole: source.whole,
                current: source.from <= today && today <= source.to,
                answers: cadence::answers(family).to_owned(),
            }));
            if lines.len() == before {
                lines.push(missing(name.clone(), family));
            }
        }
        if global.json {
            lines.iter().try_for_each(json_line)?;
        } else {
            print_status(name.as_deref(), &lines)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn missing(edition: Option<String>, family: Family) -> StatusLine {
    StatusLine {
        edition,
        family: family.label().to_owned(),
        part: String::new(),
        source: None,
        file: None,
        from: None,
        to: None,
        rows: 0,
        whole: false,
        current: false,
        answers: cadence::answers(family).to_owned(),
    }
}

fn print_status(name: Option<&str>, lines: &[StatusLine]) -> anyhow::Result<()> {
    match name {
        Some(name) => line(styled(BOLD, format!("edition {name}")))?,
        None => line("no edition is built: the few records inside the program are read. `codebook build --from DIR` builds one")?,
    }
    let loaded: Vec<Vec<String>> = lines
        .iter()
        .filter(|line| line.source.is_some())
        .map(|line| {
            let of = if line.part.is_empty() { line.family.clone() } else { format!("{} {}", line.family, line.part) };
            let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
            let age = if line.current { "of today" } else { "not of today" };
            let rows = if line.whole { line.rows.to_string() } else { format!("{} (part)", line.rows) };
            vec![of, text(&line.source), text(&line.from), text(&line.to), age.to_owned(), rows, text(&line.file)]
        })
        .collect();
    if !loaded.is_empty() {
        table(&["family", "edition", "from", "to", "age", "rows", "file"], &loaded)?;
    }
    line("")?;
    for (head, wanted) in [("not loaded", true), ("loaded, but not for services of today", false)] {
        let mut families: Vec<&StatusLine> = Vec::new();
        for line in lines.iter().filter(|line| line.source.is_none() == wanted && !line.current) {
            let covered = lines.iter().any(|other| other.family == line.family && other.part == line.part && other.current);
            if !covered && !families.iter().any(|known| known.family == line.family) {
                families.push(line);
            }
        }
        if !families.is_empty() {
            line(styled(YELLOW, head))?;
            for missing in families {
                line(format!("  {}: {}", missing.family, missing.answers))?;
            }
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct EditionLine {
    edition: String,
    in_use: bool,
    sources: usize,
    rows: i64,
    bytes: u64,
    /// Why it can't be read, where it can't.
    problem: Option<String>,
}

impl List {
    fn run(global: &Global) -> anyhow::Result<ExitCode> {
        let dir = global.config()?.codebook.dir;
        let current = edition::current_name(&dir)?;
        let mut lines = Vec::new();
        for name in edition::names(&dir)? {
            let folder = dir.join(edition::EDITIONS).join(&name);
            let bytes = std::fs::metadata(folder.join(edition::RECORDS)).map_or(0, |data| data.len());
            let opened = Edition::open(&folder);
            let sources = opened.as_ref().map_or(0, |edition| edition.sources().len());
            let rows = opened.as_ref().map_or(0, |edition| edition.sources().iter().map(|source| source.rows).sum());
            let problem = opened.err().map(|error| format!("{error:#}"));
            lines.push(EditionLine {
                in_use: current.as_deref() == Some(name.as_str()),
                edition: name,
                sources,
                rows,
                bytes,
                problem,
            });
        }
        if global.json {
            lines.iter().try_for_each(json_line)?;
            return Ok(ExitCode::SUCCESS);
        }
        let cells = |line: &EditionLine| {
            let mark = if line.in_use { "in use" } else { "" };
            let size = format!("{} MiB", line.bytes >> 20);
            let problem = line.problem.clone().unwrap_or_default();
            vec![line.edition.clone(), mark.to_owned(), line.sources.to_string(), line.rows.to_string(), size, problem]
        };
        table(&["edition", "", "sources", "rows", "size", ""], &lines.iter().map(cells).collect::<Vec<_>>())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Use {
    fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let dir = global.config()?.codebook.dir;
        // What can't be opened is not put in use.
        edition::check_name(&self.edition)?;
        let folder = dir.join(edition::EDITIONS).join(&self.edition);
        if folder.exists() {
            Edition::open(&folder)?;
        }
        edition::point(&dir, &self.edition)?;
        line(format!("{} {} is in use", styled(GREEN, "edition"), self.edition))?;
        Ok(ExitCode::SUCCESS)
    }
}
