//! A code page's content.

use jiff::civil::Date;
use regex::Regex;
use serde::Serialize;
use std::sync::LazyLock;

use super::Asked;
use super::crosswalks::{Crosswalk, crosswalks};
use super::edits::Edits;
use super::limits::{Limit, limits};
use super::payment::Payment;
use super::plain::{Plain, plain};
use super::sections::{Gate, Shown};
use super::systems::{href, shape, slug};
use crate::codebook::{Codebook, Lookup, ModifierRecord, Node, NoteKind, Record};
use crate::desk::plans::Section;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Modifier, Source};

#[derive(Debug, Serialize)]
pub struct CodePage {
    code: String,
    system: &'static str,
    system_name: &'static str,
    on: Date,
    /// What was written where a day belongs.
    wrong_day: Option<String>,
    /// Why the page stays shut.
    spent: Option<String>,
    status: Status,
    source: Option<Cited>,
    description: Shown<Description>,
    plain: Shown<Plain>,
    validity: Shown<Validity>,
    hierarchy: Shown<Hierarchy>,
    notes: Shown<Vec<NoteGroup>>,
    limits: Shown<Vec<Limit>>,
    edits: Shown<Edits>,
    payment: Shown<Payment>,
    crosswalks: Shown<Vec<Crosswalk>>,
    history: Shown<Vec<Event>>,
}

/// What stands at the head of the page, whatever the plan.
#[derive(Debug, Serialize)]
struct Status {
    /// `good`, `warn` or `bad`.
    tone: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
struct Description {
    text: String,
    /// Other names under this very code.
    inclusions: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Cited {
    family: &'static str,
    edition: String,
    file: String,
}

#[derive(Debug, Serialize)]
struct Validity {
    effective: Option<Date>,
    terminated: Option<Date>,
    replaced_by: Vec<Link>,
    /// The last day for which the loaded edition is the one in force.
    covered: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Hierarchy {
    above: Vec<Link>,
    below: Vec<Link>,
    /// Seventh characters: character, meaning.
    seventh: Vec<(char, String)>,
}

#[derive(Debug, Serialize)]
struct NoteGroup {
    heading: &'static str,
    meaning: &'static str,
    notes: Vec<NoteView>,
}

#[derive(Debug, Serialize)]
struct NoteView {
    parts: Vec<Part>,
    /// Where the note stands, if not at the code itself.
    at: Option<Link>,
}

/// A stretch of a note; a code in it is a link.
#[derive(Debug, Serialize)]
struct Part {
    text: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct Event {
    on: Date,
    what: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub code: String,
    pub system: &'static str,
    pub href: Option<String>,
    pub title: Option<String>,
}

impl Link {
    pub fn node(node: Node) -> Self {
        // A range is a title, not a code with a page of its own.
        let href = (!node.code.code.contains('-')).then(|| href(&node.code));
        Self { system: node.code.system.name(), code: node.code.code, href, title: node.title }
    }

    /// With the title that the loaded records have for it.
    pub fn titled(codebook: &Codebook, code: &CodeRef, on: Date) -> Self {
        let title = match codebook.record(code, on) {
            Lookup::Valid(record) | Lookup::NotBillable { record, .. } | Lookup::OutOfForce { record, .. } => record.title,
            Lookup::Unknown { .. } | Lookup::NumberOnly { .. } | Lookup::NotLoaded => None,
        };
        Self::node(Node { code: code.clone(), title })
    }
}

/// A record as far as the page needs it, whatever the system.
struct Known {
    title: Option<String>,
    inclusions: Vec<String>,
    effect: Effect,
    source: Source,
    status: Status,
    leaf: bool,
    replaced_by: Vec<CodeRef>,
    children: Vec<CodeRef>,
}

impl Known {
    fn of(codebook: &Codebook, code: &CodeRef, on: Date) -> Option<Self> {
        if code.system == CodeSystem::Modifier {
            return modifier(codebook, code, on).map(|record| Self::modifier(record, on));
        }
        match codebook.record(code, on) {
            Lookup::Valid(record) => {
                let text = if code.system == CodeSystem::Icd10Cm { "Valid and billable" } else { "Valid" };
                Some(Self::recorded(record, status("good", format!("{text} on {on}"))))
            }
            Lookup::NotBillable { record, children } => {
                let known = Self::recorded(record, status("warn", format!("A heading on {on}: not billable by itself")));
                Some(Self { leaf: false, children, ..known })
            }
            Lookup::OutOfForce { record, replaced_by } => {
                let why = match (record.effect.effective, record.effect.terminated) {
                    (Some(from), _) if on < from => format!("Not valid on {on}: it begins on {from}"),
                    (_, Some(to)) if to < on => format!("Not valid on {on}: its last day was {to}"),
                    (Some(_) | None, Some(_) | None) => format!("Not valid on {on}"),
                };
                Some(Self { replaced_by, ..Self::recorded(record, status("bad", why)) })
            }
            Lookup::NumberOnly { source } => Some(Self {
                title: None,
                inclusions: Vec::new(),
                effect: Effect::default(),
                source,
                status: status("warn", "The published edits name this number; its own record is not loaded".to_owned()),
                leaf: true,
                replaced_by: Vec::new(),
                children: Vec::new(),
            }),
            Lookup::Unknown { .. } | Lookup::NotLoaded => None,
        }
    }

    fn recorded(record: Record, status: Status) -> Self {
        let Record { title, inclusions, effect, source, .. } = record;
        Self { title, inclusions, effect, source, status, leaf: true, replaced_by: Vec::new(), children: Vec::new() }
    }

    fn modifier(record: ModifierRecord, on: Date) -> Self {
        let status = if record.effect.covers(on) {
            status("good", format!("Valid on {on}"))
        } else {
            status("bad", format!("Not valid on {on}"))
        };
        Self {
            title: Some(record.meaning),
            inclusions: Vec::new(),
            effect: record.effect,
            source: record.source,
            status,
            leaf: true,
            replaced_by: Vec::new(),
            children: Vec::new(),
        }
    }
}

fn status(tone: &'static str, text: String) -> Status {
    Status { tone, text }
}

pub fn modifier(codebook: &Codebook, code: &CodeRef, on: Date) -> Option<ModifierRecord> {
    codebook.modifier(Modifier::parse(&code.code).ok()?, on)
}

impl CodePage {
    /// The page of a code that some record holds; of one that none holds, an empty one.
    pub fn of(codebook: &Codebook, code: &CodeRef, on: Date, gate: &Gate<'_>, asked: &Asked, wrong_day: Option<String>) -> Self {
        let known = Known::of(codebook, code, on);
        let above = codebook.above(code, on);
        let title = known.as_ref().and_then(|known| known.title.clone());
        let leaf = known.as_ref().is_none_or(|known| known.leaf);
        let nothing = || "No record of it is loaded.".to_owned();
        Self {
            system: slug(code.system),
            system_name: code.system.name(),
            on,
            wrong_day,
            spent: gate.spent(),
            description: gate.show(Section::Description, || description(code, known.as_ref())),
            plain: gate.show(Section::Plain, || Ok(plain(codebook, code, on, title.as_deref(), leaf, &above))),
            validity: gate.show(Section::Validity, || known.as_ref().map(|k| validity(codebook, k, on)).ok_or_else(nothing)),
            hierarchy: gate.show(Section::Hierarchy, || hierarchy(codebook, code, on, above.clone(), known.as_ref())),
            notes: gate.show(Section::Notes, || notes(codebook, code, on)),
            limits: gate.show(Section::Limits, || limits(codebook, code, on)),
            edits: gate.show(Section::Edits, || edits(codebook, code, on, asked)),
            payment: gate.show(Section::Payment, || Payment::of(codebook, code, on, asked)),
            crosswalks: gate.show(Section::Crosswalks, || crosswalks(codebook, code, on)),
            history: gate.show(Section::History, || {
                known
                    .as_ref()
                    .map(history)
                    .filter(|h| !h.is_empty())
                    .ok_or_else(|| "The loaded records date no change of this code.".to_owned())
            }),
            source: known.as_ref().map(|known| cited(&known.source)),
            status: known.map_or_else(|| status("bad", nothing()), |known| known.status),
            code: code.code.clone(),
        }
    }
}

fn cited(source: &Source) -> Cited {
    Cited { family: source.family.label(), edition: source.edition.clone(), file: source.file.clone() }
}

fn description(code: &CodeRef, known: Option<&Known>) -> Result<Description, String> {
    let held = known.and_then(|known| Some((known.title.clone()?, known.inclusions.clone())));
    held.map(|(text, inclusions)| Description { text, inclusions }).ok_or_else(|| match code.system {
        CodeSystem::Cpt => {
            "The American Medical Association owns the wording of CPT codes, and no licence for it is configured.".to_owned()
        }
        CodeSystem::Cdt => {
            "The American Dental Association owns the wording of CDT codes, and no licence for it is configured.".to_owned()
        }
        CodeSystem::Icd10Cm
        | CodeSystem::Icd10Pcs
        | CodeSystem::Icd9Cm
        | CodeSystem::Hcpcs
        | CodeSystem::Modifier
        | CodeSystem::PlaceOfService
        | CodeSystem::MsDrg
        | CodeSystem::Carc
        | CodeSystem::Rarc => "The loaded records hold no wording for it.".to_owned(),
    })
}

fn validity(codebook: &Codebook, known: &Known, on: Date) -> Validity {
    Validity {
        effective: known.effect.effective,
        terminated: known.effect.terminated,
        replaced_by: known.replaced_by.iter().map(|code| Link::titled(codebook, code, on)).collect(),
        covered: codebook.coverage(known.source.family, on).map(|coverage| coverage.covers(on)),
    }
}

fn hierarchy(
    codebook: &Codebook,
    code: &CodeRef,
    on: Date,
    above: Vec<Node>,
    known: Option<&Known>,
) -> Result<Hierarchy, String> {
    let mut below: Vec<Link> = codebook.below(code, on).into_iter().map(Link::node).collect();
    if below.is_empty() {
        let children = known.map(|known| known.children.as_slice()).unwrap_or_default();
        below = children.iter().map(|child| Link::titled(codebook, child, on)).collect();
    }
    let seventh = if known.is_some_and(|known| !known.leaf) { codebook.seventh_characters(code, on) } else { Vec::new() };
    if above.is_empty() && below.is_empty() {
        return Err(format!("{} has no levels above or below a code.", code.system.name()));
    }
    Ok(Hierarchy { above: above.into_iter().map(Link::node).collect(), below, seventh })
}

const GROUPS: &[(NoteKind, &str, &str)] = &[
    (NoteKind::Includes, "Includes", "what belongs here too"),
    (NoteKind::Excludes1, "Excludes1", "not reported together, unless the two have nothing to do with each other"),
    (NoteKind::Excludes2, "Excludes2", "not part of this condition; both may be reported together"),
    (NoteKind::CodeFirst, "Code first", "the codes named here come before this one"),
    (NoteKind::UseAdditional, "Use additional code", "the codes named here come behind this one"),
    (NoteKind::CodeAlso, "Code also", "both may be needed, in either order"),
];

fn notes(codebook: &Codebook, code: &CodeRef, on: Date) -> Result<Vec<NoteGroup>, String> {
    let all = codebook.notes(code, on);
    let group = |(kind, heading, meaning): &(NoteKind, &'static str, &'static str)| {
        let of_kind = all.iter().filter(|note| note.kind == *kind);
        let notes: Vec<NoteView> = of_kind
            .map(|note| NoteView {
                parts: parts(&note.text, code.system),
                at: (note.at != *code).then(|| Link::node(Node { code: note.at.clone(), title: None })),
            })
            .collect();
        (!notes.is_empty()).then_some(NoteGroup { heading, meaning, notes })
    };
    let groups: Vec<NoteGroup> = GROUPS.iter().filter_map(group).collect();
    if groups.is_empty() { Err("No note stands at this code or above it.".to_owned()) } else { Ok(groups) }
}

/// Cuts a note at the codes that it names; `E11.-` leads to the page of `E11`.
fn parts(text: &str, system: CodeSystem) -> Vec<Part> {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?\b").ok());
    let mut parts = Vec::new();
    let mut from = 0;
    for found in CODE.iter().flat_map(|regex| regex.find_iter(text)) {
        parts.push(Part { text: text.get(from..found.start()).unwrap_or_default().to_owned(), href: None });
        let code = CodeRef::new(system, found.as_str());
        parts.push(Part { text: found.as_str().to_owned(), href: Some(href(&code)) });
        from = found.end();
    }
    parts.push(Part { text: text.get(from..).unwrap_or_default().to_owned(), href: None });
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn edits(codebook: &Codebook, code: &CodeRef, on: Date, asked: &Asked) -> Result<Edits, String> {
    if !matches!(code.system, CodeSystem::Cpt | CodeSystem::Hcpcs) {
        return Err(format!("Pair edits are for procedure codes; {} has none.", code.system.name()));
    }
    Edits::of(codebook, code, on, asked)
}

fn history(known: &Known) -> Vec<Event> {
    let began = known.effect.effective.map(|on| Event { on, what: "In force from this day.".to_owned() });
    let ended = known.effect.terminated.map(|on| Event { on, what: "Last day in force.".to_owned() });
    [began, ended].into_iter().flatten().collect()
}

/// A code as somebody wrote it, for a link.
pub fn written(text: &str) -> CodeRef {
    CodeRef::new(shape(text), text)
}
