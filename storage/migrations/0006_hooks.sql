-- Bodies of webhooks as they came: kept before they are answered, read afterwards.
CREATE TABLE hook_event (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  event_id TEXT NOT NULL,           -- the platform's own name for the delivery, else the hash of the body
  received_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  read_at INTEGER,                  -- NULL until it was read
  outcome TEXT NOT NULL DEFAULT '', -- in words, what came of it
  UNIQUE (channel, event_id)
) STRICT;
CREATE INDEX hook_event_unread ON hook_event (channel, id) WHERE read_at IS NULL;
CREATE INDEX hook_event_read ON hook_event (read_at) WHERE read_at IS NOT NULL;

-- Calls that were refused, counted.
CREATE TABLE hook_refused (
  channel TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (channel, reason)
) STRICT;

-- Other ids of a contact, on platforms where one person is named in more than one way.
CREATE TABLE contact_alias (
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  remote_id TEXT NOT NULL,          -- as in contact_handle
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (channel, kind, value)
) STRICT;
CREATE INDEX contact_alias_of ON contact_alias (channel, remote_id);

-- What a platform said later of a message that it had taken.
CREATE TABLE message_status (
  message_id INTEGER PRIMARY KEY REFERENCES message (id),
  state TEXT NOT NULL CHECK (state IN ('sent', 'delivered', 'read', 'failed')),
  at INTEGER NOT NULL,
  sentence TEXT NOT NULL DEFAULT '' -- why it failed
) STRICT;
