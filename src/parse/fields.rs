//! Header fields as they came, unfolded, for the readers that must see more than one value of a name.

/// One header field: its name in lower case and its unfolded value.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub name: String,
    pub value: String,
}

/// All fields of a header, top first.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub Vec<Field>);

impl Fields {
    /// The first value of `name` (given in lower case), trimmed; an empty value counts as there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|field| field.name == name).map(|field| field.value.trim())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |field| field.name == name).map(|field| field.value.trim())
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether any value of `name` holds `word`, in any case of letters.
    pub fn holds(&self, name: &str, word: &str) -> bool {
        self.all(name).any(|value| value.to_lowercase().contains(word))
    }
}

/// Removes folding (RFC 5322, 2.2.3).
pub(super) fn unfolded(raw: &[u8]) -> String {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        // Unlabelled 8-bit header text is nearly always Windows-1252.
        Err(_) => encoding_rs::WINDOWS_1252.decode(raw).0.into_owned(),
    };
    text.chars()
        .filter(|c| !matches!(c, '\r' | '\n'))
        .map(|c| if c == '\t' { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Reads the header fields at the top of `raw`, to the first empty line. A line that is neither a field nor a
/// continuation is skipped, as lenient receivers do.
pub(super) fn scan(raw: &[u8]) -> Fields {
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    let mut begun = false;
    for line in raw.split(|byte| *byte == b'\n').take(20_000) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            if begun {
                break;
            }
            continue;
        }
        begun = true;
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = line.split_at(colon);
        let name = name.trim_ascii_end();
        if name.is_empty() || name.iter().any(|byte| !byte.is_ascii_graphic()) {
            continue;
        }
        fields.push((String::from_utf8_lossy(name).to_ascii_lowercase(), value.get(1..).unwrap_or_default().to_vec()));
    }
    Fields(fields.into_iter().map(|(name, value)| Field { name, value: unfolded(&value) }).collect())
}
