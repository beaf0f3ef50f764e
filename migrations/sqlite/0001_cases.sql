-- Times are microseconds since 1970-01-01 UTC. Structured values are JSON; what is searched for has a column of its own.

-- How far each mailbox was read, and who reads it. A UIDVALIDITY is never 0 (RFC 3501, 9), so 0 means: no mark yet.
CREATE TABLE mailboxes (
    name TEXT NOT NULL PRIMARY KEY,
    uid_validity INTEGER NOT NULL DEFAULT 0,
    uid_last INTEGER NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT '',
    held_until INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE account_addresses (
    key TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (id)
) STRICT;
CREATE INDEX account_addresses_account ON account_addresses (account);

CREATE TABLE account_domains (
    domain TEXT NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id)
) STRICT;
CREATE INDEX account_domains_account ON account_domains (account);

CREATE TABLE consultants (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    active INTEGER NOT NULL
) STRICT;

-- A number is never given twice, hence AUTOINCREMENT: people quote it.
CREATE TABLE cases (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    round INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_data TEXT NOT NULL,
    assigned INTEGER REFERENCES consultants (id),
    account INTEGER REFERENCES accounts (id),
    standing TEXT NOT NULL,
    requester TEXT NOT NULL,
    subject TEXT NOT NULL,
    received INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    current_outgoing TEXT,
    linked INTEGER REFERENCES cases (id)
) STRICT;
CREATE INDEX cases_state ON cases (state, received, id);
CREATE INDEX cases_assigned ON cases (assigned) WHERE assigned IS NOT NULL;

-- A message that came in. Its bytes are apart, so that settling it never rewrites them.
CREATE TABLE inbound (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL REFERENCES mailboxes (name),
    uid_validity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    quarantine TEXT,
    received INTEGER NOT NULL,
    disposition TEXT,
    case_id INTEGER REFERENCES cases (id)
) STRICT;
CREATE INDEX inbound_bytes ON inbound (sha256, mailbox);
CREATE INDEX inbound_case ON inbound (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX inbound_unadmitted ON inbound (id) WHERE disposition IS NULL;

CREATE TABLE raw_messages (
    inbound INTEGER NOT NULL PRIMARY KEY REFERENCES inbound (id),
    sealed BLOB NOT NULL
) STRICT;

-- Every place at which a message was seen: more than one where a folder was recreated. In a mailbox read by IMAP
-- file_name is '', in a Maildir both numbers are 0: one key keeps both kinds unique.
CREATE TABLE places (
    mailbox TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    inbound INTEGER NOT NULL REFERENCES inbound (id),
    PRIMARY KEY (mailbox, uid_validity, uid, file_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_inbound ON places (inbound, uid_validity);

-- What is kept of a reading: redacted.
CREATE TABLE facts (
    inbound INTEGER NOT NULL PRIMARY KEY REFERENCES inbound (id),
    facts TEXT NOT NULL
) STRICT;

CREATE TABLE duplicate_keys (
    key TEXT NOT NULL PRIMARY KEY,
    inbound INTEGER NOT NULL REFERENCES inbound (id)
) STRICT, WITHOUT ROWID;

-- The Message-IDs that lead to a case: of what it was asked by, and (with outgoing) of what it was answered by.
CREATE TABLE thread_keys (
    message_id TEXT NOT NULL,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    outgoing TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, case_id, outgoing)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    draft TEXT NOT NULL,
    outgoing TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX drafts_case ON drafts (case_id, sequence);

-- A message of ours, frozen with its approval; no column of it ever changes.
CREATE TABLE outgoing (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    envelope_from TEXT,
    envelope_to TEXT NOT NULL,
    to_key TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    dated INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    approved_by TEXT NOT NULL,
    approved_hash TEXT NOT NULL,
    approved INTEGER NOT NULL,
    frozen INTEGER NOT NULL
) STRICT;
CREATE INDEX outgoing_case ON outgoing (case_id, sequence);
CREATE INDEX outgoing_to ON outgoing (to_key, frozen);

CREATE TABLE deliveries (
    outgoing TEXT NOT NULL PRIMARY KEY REFERENCES outgoing (id),
    state TEXT NOT NULL,
    state_data TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    unknowns INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_state ON deliveries (state);

-- Work that is owed. `due` is when it may be leased: run_at of a ready job, the end of the lease of a leased one.
CREATE TABLE jobs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    token TEXT NOT NULL DEFAULT '',
    leases INTEGER NOT NULL DEFAULT 0,
    last_error TEXT
) STRICT;
CREATE INDEX jobs_due ON jobs (due, id) WHERE state <> 'dead';
CREATE INDEX jobs_state ON jobs (state);

CREATE TABLE audit (
    sequence INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    case_id INTEGER,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_case ON audit (case_id, sequence) WHERE case_id IS NOT NULL;

-- The newest entry once more, so that a cut tail shows.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (id, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
