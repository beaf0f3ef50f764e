//! Who may ask, and who answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::id::{AccountId, ConsultantId};
use super::message::{AuthResult, Authentication};

/// A practice or a person that asks. Found by one of its addresses, else by its domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub addresses: Vec<EmailAddress>,
    /// Lower case; never a free-mail domain.
    pub domains: Vec<String>,
    pub plan: String,
    pub status: AccountStatus,
    pub created: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    Active,
    /// Mail is kept and held; nothing is answered until a person looks.
    Suspended,
    /// Mail goes to quarantine; no word is ever sent.
    Blocked,
}

impl AccountStatus {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Blocked => "blocked",
        }
    }
}

/// An account not yet stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub name: String,
    pub addresses: Vec<EmailAddress>,
    pub domains: Vec<String>,
    pub plan: String,
}

/// Domains that anyone can have an address at, in order: one never stands for an account.
const FREE_MAIL: &[&str] = &[
    "126.com",
    "163.com",
    "aim.com",
    "aol.com",
    "aol.de",
    "att.net",
    "bellsouth.net",
    "bluewin.ch",
    "charter.net",
    "comcast.net",
    "cox.net",
    "daum.net",
    "duck.com",
    "earthlink.net",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "frontier.com",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hushmail.com",
    "icloud.com",
    "inbox.ru",
    "juno.com",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.ca",
    "live.co.uk",
    "live.com",
    "live.fr",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "netzero.net",
    "optonline.net",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.ch",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "roadrunner.com",
    "rocketmail.com",
    "rr.com",
    "sbcglobal.net",
    "seznam.cz",
    "sina.com",
    "sympatico.ca",
    "t-online.de",
    "terra.com.br",
    "tuta.com",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "wanadoo.fr",
    "web.de",
    "windstream.net",
    "wp.pl",
    "ya.ru",
    "yahoo.ca",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.au",
    "yahoo.com.br",
    "yahoo.com.mx",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "yahoo.it",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
    "zohomail.com",
];

/// Whether anyone can have an address at `domain`.
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.binary_search(&domain.trim().trim_end_matches('.').to_lowercase().as_str()).is_ok()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultant {
    pub id: ConsultantId,
    /// The short name that commands take: `--as dana`.
    pub handle: String,
    pub name: String,
    pub address: EmailAddress,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsultant {
    pub handle: String,
    pub name: String,
    pub address: EmailAddress,
}

/// What a consultant may do at the desk. Each may do what those before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes, writes, reviews, approves.
    Consultant,
    /// Assigns, and sees the figures of all.
    Lead,
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Consultant, Self::Lead, Self::Admin];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Consultant => "consultant",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }
}

/// How a consultant signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub role: Role,
    /// An argon2id hash in the PHC string format.
    pub password: String,
}

/// A sign-in that holds until it expires or is ended.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the token, 64 hexadecimal digits.
    pub token_hash: String,
    pub consultant: ConsultantId,
    /// What every form of the session sends back.
    pub csrf: String,
    pub created: Timestamp,
    pub expires: Timestamp,
}

/// Who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub consultant: Consultant,
    pub role: Role,
    pub csrf: String,
}

/// A link by which an address signs in, once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of the token, 64 hexadecimal digits.
    pub token_hash: String,
    pub address: EmailAddress,
    pub expires: Timestamp,
}

/// An asker's sign-in that holds until it expires or is ended.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAskerSession {
    pub token_hash: String,
    pub address: EmailAddress,
    pub csrf: String,
    pub expires: Timestamp,
}

/// Which asker is signed in: an address proved by a mailed link.
#[derive(Clone, PartialEq, Eq)]
pub struct AskerSession {
    pub address: EmailAddress,
    pub csrf: String,
}

/// What a program may do by a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Opens cases in the name of an account's address, and asks without a case.
    Ask,
    /// Reads cases.
    Cases,
    /// Reads codes, searches, reads edits.
    Codes,
    /// Reads the accounts.
    Accounts,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Ask, Self::Cases, Self::Codes, Self::Accounts];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Cases => "cases",
            Self::Codes => "codes",
            Self::Accounts => "accounts",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == text)
    }
}

/// What a program shows to use the JSON interface.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ApiToken {
    /// What the operator calls it.
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created: Timestamp,
    pub expires: Timestamp,
}

/// How far a sender's address can be believed (never by the From line alone).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Verified,
    Unknown,
    Forged,
}

impl Standing {
    /// An aligned pass verifies, a fail forges, silence leaves the sender unknown.
    pub fn of(authentication: &Authentication) -> Self {
        match authentication.result {
            AuthResult::Pass if authentication.aligned_domain.is_some() => Self::Verified,
            AuthResult::Pass | AuthResult::None => Self::Unknown,
            AuthResult::Fail => Self::Forged,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unknown => "unknown",
            Self::Forged => "forged",
        }
    }
}
