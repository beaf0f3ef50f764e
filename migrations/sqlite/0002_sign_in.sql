-- How a consultant signs in to the desk, and as what. The password is an argon2id hash with its salt and costs.
CREATE TABLE consultant_logins (
    consultant INTEGER NOT NULL PRIMARY KEY REFERENCES consultants (id),
    role TEXT NOT NULL,
    password TEXT NOT NULL
) STRICT;

-- Who is signed in. The token itself is in the browser alone; here is its SHA-256.
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    consultant INTEGER NOT NULL REFERENCES consultants (id),
    csrf TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_consultant ON sessions (consultant);
