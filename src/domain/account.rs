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

/// Domains that anyone can have an address at: one never stands for an account.
const FREE_MAIL: &[&str] = &[
    "aol.com",
    "fastmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// Whether anyone can have an address at `domain`.
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain.to_lowercase().as_str())
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
