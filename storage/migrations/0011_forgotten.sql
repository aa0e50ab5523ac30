-- Accounts of people who were forgotten, as keyed hashes that name nobody: what they write is not stored again.
CREATE TABLE forgotten (
  mark TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  kept_out INTEGER NOT NULL DEFAULT 0   -- messages that came since and were not stored
) STRICT;
