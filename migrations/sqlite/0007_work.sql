-- What was answered, summed by day (since 1970-01-01 UTC), kind of message, first thing asked and approver (0: policy). Each row of
-- `answers` is in exactly one row here, so that a year of figures is read without reading a year of answers.
CREATE TABLE work (
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    intent TEXT NOT NULL,
    approved_by INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    waited_secs INTEGER NOT NULL,
    within_minute INTEGER NOT NULL,
    within_hour INTEGER NOT NULL,
    within_day INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    found_right INTEGER NOT NULL,
    found_better INTEGER NOT NULL,
    found_wrong INTEGER NOT NULL,
    PRIMARY KEY (day, kind, intent, approved_by)
) STRICT, WITHOUT ROWID;

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
