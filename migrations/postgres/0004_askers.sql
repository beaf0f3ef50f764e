-- Links by which askers sign in: each works once, before it expires. The token itself is in the mail alone; here is its SHA-256.
CREATE TABLE sign_in_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    expires BIGINT NOT NULL
);

-- Which askers are signed in. An asker is an address that was proved by a link, and no row anywhere else.
CREATE TABLE asker_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    csrf TEXT NOT NULL,
    expires BIGINT NOT NULL
);

-- What an asker and a practice asked is found by these.
CREATE INDEX cases_requester ON cases (lower(requester), received);
CREATE INDEX cases_account ON cases (account, received) WHERE account IS NOT NULL;
