//! ASC X12 interchanges: remittances (835), claims (837), and the answers to claims (999, 277CA).
//!
//! Only codes, amounts, counts and days are taken out: what names a patient, a subscriber or a claim is never looked at, so
//! that the lines made here hold no identifier by their making.

use jiff::civil::Date;

use crate::domain::attachment::{FileKind, FileReading, Unread};

/// Lines that are made of one interchange.
const LINES_MAX: usize = 200;
/// The ISA segment has a fixed length (X12.5, 4.1); its last byte ends every segment.
const ISA_BYTES: usize = 106;

struct Segment<'a>(Vec<&'a str>);

impl<'a> Segment<'a> {
    fn id(&self) -> &'a str {
        self.at(0)
    }

    /// The element, counted as the standard counts: 1 is the first behind the id. Empty where it is missing.
    fn at(&self, index: usize) -> &'a str {
        self.0.get(index).copied().unwrap_or_default().trim()
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<FileReading, Unread> {
    let text = super::text::decoded(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mark = |at: usize| text.chars().nth(at).filter(|mark| !mark.is_alphanumeric()).ok_or(Unread::Broken);
    let (element, component, end) = (mark(3)?, mark(ISA_BYTES - 2)?, mark(ISA_BYTES - 1)?);
    let segments: Vec<Segment<'_>> = text
        .split(end)
        .map(|segment| Segment(segment.trim().split(element).collect()))
        .filter(|segment| !segment.id().is_empty())
        .collect();
    // A set ends with its trailer: of one that was cut off nobody knows what the rest would say.
    if !segments.iter().any(|segment| segment.id() == "SE") {
        return Err(Unread::Broken);
    }
    let mut lines = Lines { component, made: Vec::new(), claims: 0, day: None };
    let set = segments.iter().find(|segment| segment.id() == "ST").ok_or(Unread::Broken)?.at(1);
    match set {
        "835" => lines.remittance(&segments),
        "837" => lines.claim(&segments),
        "999" => lines.acknowledgement(&segments),
        "277" => lines.claim_status(&segments),
        _ => return Err(Unread::NotText),
    }
    lines.made.truncate(LINES_MAX);
    let claims = lines.made;
    Ok(FileReading { claims, date_of_service: lines.day, ..FileReading::text(FileKind::X12, String::new()) })
}

struct Lines {
    component: char,
    made: Vec<String>,
    claims: usize,
    day: Option<Date>,
}

impl Lines {
    /// 835: CLP opens a claim, SVC a line in it; CAS says what was taken off and why, LQ and MOA add remarks.
    fn remittance(&mut self, segments: &[Segment<'_>]) {
        let mut open: Option<String> = None;
        for segment in segments {
            match segment.id() {
                "CLP" => {
                    self.close(&mut open);
                    self.claims += 1;
                    let status = claim_status(segment.at(2));
                    let (charge, paid) = (money(segment.at(3)), money(segment.at(4)));
                    open = Some(format!("Remittance, claim {}: {status}; charged {charge}, paid {paid}", self.claims));
                }
                "SVC" => {
                    self.close(&mut open);
                    let (charge, paid) = (money(segment.at(2)), money(segment.at(3)));
                    open = Some(format!("Line {}: charged {charge}, paid {paid}", self.service(segment.at(1), segment.at(5))));
                }
                "CAS" => {
                    let reasons = adjustments(segment);
                    append(&mut open, &reasons.join(", "));
                }
                "LQ" if segment.at(1) == "HE" => append_remark(&mut open, segment.at(2)),
                "MOA" => (3..=7).for_each(|at| append_remark(&mut open, segment.at(at))),
                "MIA" => [5, 20, 21, 22, 23].into_iter().for_each(|at| append_remark(&mut open, segment.at(at))),
                "DTM" if matches!(segment.at(1), "472" | "150" | "232") => self.note_day(segment.at(2)),
                "SE" => self.close(&mut open),
                _ => {}
            }
        }
        self.close(&mut open);
    }

    /// 837: CLM opens a claim, HI names its diagnoses, SV1 and SV2 its lines.
    fn claim(&mut self, segments: &[Segment<'_>]) {
        let mut open: Option<String> = None;
        for segment in segments {
            match segment.id() {
                "CLM" => {
                    self.close(&mut open);
                    self.claims += 1;
                    let place = segment.at(5).split(self.component).next().unwrap_or_default().to_owned();
                    open = Some(format!("Claim {}: charged {}, POS {place}", self.claims, money(segment.at(2))));
                }
                "HI" => {
                    let codes: Vec<String> =
                        segment.0.iter().skip(1).filter_map(|element| diagnosis(element, self.component)).collect();
                    append(&mut open, &format!("diagnoses {}", codes.join(", ")));
                }
                "SV1" => {
                    self.close(&mut open);
                    let line = self.service(segment.at(1), segment.at(4));
                    open = Some(format!("Line {line}: charged {}", money(segment.at(2))));
                }
                "SV2" => {
                    self.close(&mut open);
                    let line = self.service(segment.at(2), segment.at(5));
                    open = Some(format!("Line {line}: charged {}", money(segment.at(3))));
                }
                "DTP" if segment.at(1) == "472" => self.note_day(segment.at(3)),
                "SE" => self.close(&mut open),
                _ => {}
            }
        }
        self.close(&mut open);
    }

    /// 999: IK5 and AK9 say accepted or rejected, IK3 and IK4 where the fault lies.
    fn acknowledgement(&mut self, segments: &[Segment<'_>]) {
        for segment in segments {
            let line = match segment.id() {
                "IK3" => format!(
                    "Implementation acknowledgement: segment {} at {}: error {}",
                    word(segment.at(1)),
                    count(segment.at(2)),
                    word(segment.at(4))
                ),
                "IK4" => format!("Element at {}: error {}", word(segment.at(1)), word(segment.at(3))),
                "IK5" | "AK9" => {
                    let verdict = match segment.at(1) {
                        "A" => "accepted",
                        "E" | "P" => "accepted with errors",
                        _ => "rejected",
                    };
                    format!("Implementation acknowledgement: {verdict}")
                }
                _ => continue,
            };
            self.made.push(line);
        }
    }

    /// 277CA: STC holds category, status and the entity at fault.
    fn claim_status(&mut self, segments: &[Segment<'_>]) {
        for segment in segments {
            match segment.id() {
                "STC" => {
                    let mut parts = segment.at(1).split(self.component);
                    let (category, status) = (word(parts.next().unwrap_or_default()), word(parts.next().unwrap_or_default()));
                    let verdict =
                        if category.starts_with("A1") || category.starts_with("A2") { "accepted" } else { "not accepted" };
                    self.made.push(format!("Claim acknowledgement: category {category}, claim status {status}: {verdict}"));
                }
                "SVC" => {
                    let line = self.service(segment.at(1), "");
                    self.made.push(format!("Line {line}"));
                }
                "DTP" if segment.at(1) == "472" => self.note_day(segment.at(3)),
                _ => {}
            }
        }
    }

    /// `HC:99213:25` with its units: `99213-25 x1`.
    fn service(&self, composite: &str, units: &str) -> String {
        let mut parts = composite.split(self.component);
        let _qualifier = parts.next();
        let code = word(parts.next().unwrap_or_default());
        let modifiers: Vec<String> =
            parts.take(4).map(word).filter(|modifier| modifier.len() == 2).map(|modifier| format!("-{modifier}")).collect();
        let units = units.parse::<f64>().ok().filter(|units| *units > 1.0).map(|units| format!(" x{units}")).unwrap_or_default();
        format!("{code}{}{units}", modifiers.concat())
    }

    fn note_day(&mut self, text: &str) {
        let day = text.get(..8).and_then(|day| Date::strptime("%Y%m%d", day).ok());
        self.day = self.day.or(day);
    }

    fn close(&mut self, open: &mut Option<String>) {
        self.made.extend(open.take());
    }
}

/// CAS: a group code, then up to six times reason, amount, quantity.
fn adjustments(segment: &Segment<'_>) -> Vec<String> {
    let group = word(segment.at(1));
    let triples = (2..=17).step_by(3).map(|at| (word(segment.at(at)), money(segment.at(at + 1))));
    triples.filter(|(reason, _)| !reason.is_empty()).map(|(reason, amount)| format!("{group}-{reason} {amount}")).collect()
}

/// CLP02, by the standard's code list 1029.
fn claim_status(code: &str) -> &'static str {
    match code {
        "1" | "2" | "3" | "19" | "20" | "21" => "processed",
        "4" => "denied",
        "22" => "reversal of a former payment",
        "23" => "not our claim, forwarded",
        "25" => "predetermination, no payment",
        _ => "processed with another status",
    }
}

/// `ABK:M1711` as `M17.11`.
fn diagnosis(element: &str, component: char) -> Option<String> {
    let (qualifier, rest) = element.split_once(component)?;
    let code = word(rest.split(component).next()?);
    let known = matches!(qualifier, "ABK" | "ABF" | "ABJ" | "APR" | "ABN");
    let (head, tail) = code.split_at_checked(3)?;
    known.then(|| if tail.is_empty() { head.to_owned() } else { format!("{head}.{tail}") })
}

fn append(open: &mut Option<String>, words: &str) {
    if let Some(line) = open.as_mut().filter(|_| !words.is_empty()) {
        line.push_str("; ");
        line.push_str(words);
    }
}

fn append_remark(open: &mut Option<String>, code: &str) {
    let code = word(code);
    if !code.is_empty() {
        append(open, &format!("remark code {code}"));
    }
}

/// A code: letters and digits, few of them; anything else could name somebody.
fn word(text: &str) -> String {
    if text.len() <= 7 && text.chars().all(|c| c.is_ascii_alphanumeric()) { text.to_owned() } else { String::new() }
}

fn count(text: &str) -> String {
    text.parse::<u32>().map(|number| number.to_string()).unwrap_or_default()
}

fn money(text: &str) -> String {
    text.parse::<f64>().map_or_else(|_| "an amount".to_owned(), |amount| format!("${amount:.2}"))
}
