-- What choices and refusals among suggestions taught. Numbers only, never words: a fold over the events
-- `suggestion_chosen` and `suggestion_refused`, which can be done again at any time.

CREATE TABLE suggestion_weight (
  feature TEXT PRIMARY KEY,
  value REAL NOT NULL
) STRICT;

CREATE TABLE suggestion_taught (
  name TEXT PRIMARY KEY,            -- template:ID or message:ID
  message_id INTEGER REFERENCES message (id) ON DELETE CASCADE,
  taken REAL NOT NULL,
  refused REAL NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX suggestion_taught_message ON suggestion_taught (message_id) WHERE message_id IS NOT NULL;

-- In which conversation a reply began as which suggestion; how much was changed is read from the thread.
CREATE TABLE suggestion_pick (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  message_id INTEGER REFERENCES message (id) ON DELETE CASCADE,
  template TEXT,
  operator TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX suggestion_pick_conversation ON suggestion_pick (conversation_id);
CREATE INDEX suggestion_pick_message ON suggestion_pick (message_id) WHERE message_id IS NOT NULL;

CREATE INDEX template_use_conversation ON template_use (conversation_id);
