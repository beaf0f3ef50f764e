//! Where values come from, and which lies over which.

use std::path::{Path, PathBuf};

use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};

use super::{DEFAULT_FILE, InvalidConfig, Problem};

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "CASECONSULTANT__";

/// `CASECONSULTANT__SECTION__KEY` as `section.key`. Values stay text, so that a password of digits keeps its zeros; the
/// reader turns them into what a key asks for.
#[derive(Debug, Clone, Default)]
pub struct EnvLayer(Vec<(String, String)>);

impl EnvLayer {
    pub fn of_process() -> Self {
        Self::of(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    /// Takes the variables that are ours out of `vars`.
    pub fn of(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(
            vars.into_iter()
                .filter_map(|(name, value)| {
                    let key = name.strip_prefix(PREFIX)?.to_lowercase();
                    Some((key.replace("__", "."), value))
                })
                .collect(),
        )
    }
}

impl Provider for EnvLayer {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let mut root = Dict::new();
        for (key, value) in &self.0 {
            let path: Vec<&str> = key.split('.').collect();
            insert(&mut root, &path, Value::from(value.clone()));
        }
        Ok(Map::from([(Profile::Default, root)]))
    }
}

fn insert(into: &mut Dict, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => {
            into.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let inner = into.entry((*first).to_owned()).or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// The file to read: the one named, which must exist, else the default one where it does.
pub(super) fn find(named: Option<&Path>) -> Result<Option<PathBuf>, InvalidConfig> {
    match named {
        Some(path) if path.is_file() => Ok(Some(path.to_owned())),
        Some(path) => Err(InvalidConfig(vec![Problem {
            key: path.display().to_string(),
            wrong: "there is no such file".to_owned(),
            mend: "name an existing file with --config, or leave the option out".to_owned(),
        }])),
        None => Ok(Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.is_file())),
    }
}

pub(super) fn merge(file: Option<&Path>, env: EnvLayer) -> Result<Dict, InvalidConfig> {
    let mut figment = Figment::new().merge(Toml::string(DEFAULTS));
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error.to_string()))?;
        // Parsed by itself first: its complaint then names line and column.
        toml::from_str::<toml::Table>(&text).map_err(|error| unreadable(path, error.to_string().trim_end().to_owned()))?;
        figment = figment.merge(Toml::string(&text));
    }
    figment.merge(env).extract().map_err(|error| unreadable(file.unwrap_or(Path::new("environment")), error.to_string()))
}

fn unreadable(path: &Path, wrong: String) -> InvalidConfig {
    InvalidConfig(vec![Problem { key: path.display().to_string(), wrong, mend: "mend the file and try again".to_owned() }])
}
