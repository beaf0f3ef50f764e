-- What was answered, summed by day (since 1970-01-01 UTC), kind of message, first thing asked and approver (0: policy). Each row of
-- `answers` is in exactly one row here, so that a year of figures is read without reading a year of answers.
CREATE TABLE work (
    day BIGINT NOT NULL,
    kind TEXT NOT NULL,
    intent TEXT NOT NULL,
    approved_by BIGINT NOT NULL,
    answers BIGINT NOT NULL,
    waited_secs BIGINT NOT NULL,
    within_minute BIGINT NOT NULL,
    within_hour BIGINT NOT NULL,
    within_day BIGINT NOT NULL,
    edits BIGINT NOT NULL,
    found_right BIGINT NOT NULL,
    found_better BIGINT NOT NULL,
    found_wrong BIGINT NOT NULL,
    PRIMARY KEY (day, kind, intent, approved_by)
);

INSERT INTO work (day, kind, intent, approved_by, answers, waited_secs, within_minute, within_hour, within_day, edits, found_right,
    found_better, found_wrong)
SELECT frozen / 86400000000, kind, intent, coalesce(approved_by, 0), count(*), CAST(sum(waited / 1000000) AS BIGINT),
    count(CASE WHEN waited <= 60000000 THEN 1 END), count(CASE WHEN waited <= 3600000000 THEN 1 END),
    count(CASE WHEN waited <= 86400000000 THEN 1 END), CAST(sum(edits) AS BIGINT), count(CASE WHEN finding = 'right' THEN 1 END),
    count(CASE WHEN finding = 'could_be_better' THEN 1 END), count(CASE WHEN finding = 'wrong' THEN 1 END)
FROM answers GROUP BY 1, 2, 3, 4;

-- The record is searched by who and by what.
CREATE INDEX audit_event ON audit (event, sequence);
CREATE INDEX audit_actor ON audit (actor, sequence);
DROP INDEX answers_frozen;
