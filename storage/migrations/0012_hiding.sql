-- Comments of others that were hidden on their platform, or shown again; the collector does it.
CREATE TABLE hiding (
  message_id INTEGER PRIMARY KEY REFERENCES message (id),
  wanted INTEGER NOT NULL,          -- 1 hidden, 0 shown
  state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'failed')),
  operator TEXT NOT NULL,
  at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,         -- when it is tried, or tried again
  tries INTEGER NOT NULL DEFAULT 0,
  sentence TEXT NOT NULL DEFAULT '' -- why it failed, or waits
) STRICT;
CREATE INDEX hiding_asked ON hiding (next_at) WHERE state = 'asked';
