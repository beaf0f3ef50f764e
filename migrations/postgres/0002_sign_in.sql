-- How a consultant signs in to the desk, and as what. The password is an argon2id hash with its salt and costs.
CREATE TABLE consultant_logins (
    consultant BIGINT NOT NULL PRIMARY KEY REFERENCES consultants (id),
    role TEXT NOT NULL,
    password TEXT NOT NULL
);

-- Who is signed in. The token itself is in the browser alone; here is its SHA-256.
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    consultant BIGINT NOT NULL REFERENCES consultants (id),
    csrf TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_consultant ON sessions (consultant);
