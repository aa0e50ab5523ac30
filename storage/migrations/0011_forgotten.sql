-- Accounts of people who were forgotten, as keyed hashes that name nobody: what they had written is not stored again.
CREATE TABLE forgotten (
  mark TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  kept_out INTEGER NOT NULL DEFAULT 0   -- how often something of theirs from before came again
) STRICT;
