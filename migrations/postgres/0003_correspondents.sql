-- Messages of ours that a report says failed, one row a message: who bounces often is paused.
CREATE TABLE bounces (
    outgoing TEXT NOT NULL PRIMARY KEY,
    to_key TEXT NOT NULL,
    reported BIGINT NOT NULL
);
CREATE INDEX bounces_to_key ON bounces (to_key, reported);

-- What a person was told of already, and by which job: one alert about one thing within a day.
CREATE TABLE told (
    about TEXT NOT NULL PRIMARY KEY,
    job BIGINT NOT NULL,
    told BIGINT NOT NULL
);
