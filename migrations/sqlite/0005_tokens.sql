-- What programs show to use the JSON interface. The token itself is shown once, when it is made; here is its SHA-256.
CREATE TABLE api_tokens (
    name TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
