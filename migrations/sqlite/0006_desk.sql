-- What consultants tell each other about a case; none of it is ever sent.
CREATE TABLE case_notes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    consultant INTEGER NOT NULL REFERENCES consultants (id),
    note TEXT NOT NULL,
    noted INTEGER NOT NULL
) STRICT;
CREATE INDEX case_notes_case ON case_notes (case_id, id);

-- How a consultant reads a round's question, in the place of the mail's own reading.
CREATE TABLE readings (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    round INTEGER NOT NULL,
    reading TEXT NOT NULL,
    PRIMARY KEY (case_id, round)
) STRICT, WITHOUT ROWID;

-- What was sent that states something about coding, with what the figures ask of it and what a later check found. `approved_by` is
-- NULL where policy approved; `finding` is '' until somebody looked; `sampled` is 1 where policy chose the answer for a check.
CREATE TABLE answers (
    outgoing TEXT NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    intent TEXT NOT NULL,
    approved_by INTEGER,
    waited INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    frozen INTEGER NOT NULL,
    sampled INTEGER NOT NULL,
    finding TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    checked_by INTEGER,
    checked INTEGER
) STRICT;
CREATE INDEX answers_frozen ON answers (frozen);
CREATE INDEX answers_case ON answers (case_id);
CREATE INDEX answers_unchecked ON answers (frozen) WHERE sampled = 1 AND finding = '';

INSERT INTO answers (outgoing, case_id, kind, intent, approved_by, waited, edits, frozen, sampled)
SELECT outgoing.id, outgoing.case_id, outgoing.kind, '', json_extract(outgoing.approved_by, '$.consultant'),
    max(outgoing.frozen - cases.received, 0), 0, outgoing.frozen, 0
FROM outgoing JOIN cases ON cases.id = outgoing.case_id
WHERE outgoing.kind IN ('answer', 'clarification', 'refusal');
