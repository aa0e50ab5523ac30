-- The desk's first schema. Times are UTC milliseconds; platform ids are TEXT; booleans are 0 or 1.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE operator (
  login TEXT PRIMARY KEY,           -- the system's user name, never typed
  uid INTEGER NOT NULL,
  name TEXT NOT NULL,
  first_name TEXT NOT NULL,
  initials TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;

-- One running desk of one operator; its heartbeat is what keeps its claims alive.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  operator TEXT NOT NULL REFERENCES operator (login),
  pid INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL,
  composing INTEGER                 -- conversation with an open composer
) STRICT;

CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE contact_handle (
  channel TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  handle TEXT NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  profile TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (channel, remote_id)
) STRICT;
CREATE INDEX contact_handle_contact ON contact_handle (contact_id);

CREATE TABLE conversation (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  platform TEXT NOT NULL,
  thread_key TEXT NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  contact_name TEXT NOT NULL,
  handle TEXT NOT NULL,
  preview TEXT NOT NULL DEFAULT '',
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
  status TEXT NOT NULL CHECK (status IN ('open', 'waiting', 'snoozed', 'resolved')),
  outcome TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'chatter',
  sentiment TEXT NOT NULL DEFAULT 'unknown',
  sentiment_unsure INTEGER NOT NULL DEFAULT 1,
  priority INTEGER NOT NULL DEFAULT 0,
  labels TEXT NOT NULL DEFAULT '[]',
  assignee TEXT REFERENCES operator (login),
  holder TEXT REFERENCES operator (login),
  holder_session TEXT,              -- the lease; dead when its session's heartbeat is
  listen_only INTEGER NOT NULL DEFAULT 0,
  proactive INTEGER NOT NULL DEFAULT 0,
  opened_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  last_inbound_at INTEGER,
  due_at INTEGER,
  soon_at INTEGER,
  due_what TEXT NOT NULL DEFAULT '',
  window_until INTEGER,
  due_sort INTEGER NOT NULL DEFAULT 9000000000000000,  -- earliest of clock and window; far away when none
  shows_at INTEGER,
  snooze_due_at INTEGER,
  until_reply INTEGER NOT NULL DEFAULT 0,
  late_arrivals INTEGER NOT NULL DEFAULT 0,
  before REAL,
  after REAL,
  version INTEGER NOT NULL DEFAULT 1,   -- moves with every change
  thread_version INTEGER NOT NULL DEFAULT 1,  -- moves when the thread's content does; the send gate compares it
  owner TEXT GENERATED ALWAYS AS (coalesce(holder, assignee)) VIRTUAL,
  active INTEGER GENERATED ALWAYS AS (status = 'open' AND listen_only = 0) VIRTUAL,
  -- A snooze "until they reply" has no moment and sorts behind all that have one.
  shows_sort INTEGER GENERATED ALWAYS AS (ifnull(shows_at, 9000000000000000)) VIRTUAL
) STRICT;
CREATE INDEX conversation_thread ON conversation (channel, thread_key, contact_id, last_at);
CREATE INDEX conversation_contact ON conversation (contact_id, opened_at);
CREATE INDEX conversation_holder ON conversation (holder_session) WHERE holder_session IS NOT NULL;
CREATE INDEX conversation_recent ON conversation (last_at, id);
CREATE INDEX conversation_waiting ON conversation (last_at, id) WHERE status = 'waiting';
CREATE INDEX conversation_resolved ON conversation (last_at, id) WHERE status = 'resolved';
CREATE INDEX conversation_shows ON conversation (shows_sort, id) WHERE status = 'snoozed';
CREATE INDEX conversation_active ON conversation (due_sort, id) WHERE status = 'open' AND listen_only = 0;
CREATE INDEX conversation_owner ON conversation (owner, due_sort, id) WHERE status = 'open' AND listen_only = 0;
CREATE INDEX conversation_sentiment ON conversation (sentiment, due_sort, id) WHERE status = 'open' AND listen_only = 0;
CREATE INDEX conversation_kind ON conversation (kind, due_sort, id) WHERE status = 'open' AND listen_only = 0;
CREATE INDEX conversation_channel ON conversation (channel, due_sort, id) WHERE status = 'open' AND listen_only = 0;
CREATE INDEX conversation_window ON conversation (window_until, id)
  WHERE status = 'open' AND listen_only = 0 AND window_until IS NOT NULL;
CREATE INDEX conversation_listening ON conversation (last_at, id) WHERE status = 'open' AND listen_only = 1;

CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'note')),
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  remote_id TEXT,                   -- NULL for notes
  revision TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',
  parent_id TEXT,
  parent_ref TEXT,
  operator TEXT,
  contact_id INTEGER REFERENCES contact (id),
  text TEXT NOT NULL,
  visibility TEXT NOT NULL,
  lang TEXT,
  created_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  edited_at INTEGER,
  deleted INTEGER NOT NULL DEFAULT 0,
  late INTEGER NOT NULL DEFAULT 0,
  outside INTEGER NOT NULL DEFAULT 0,
  rating INTEGER,
  permalink TEXT,
  source TEXT NOT NULL DEFAULT '',
  attachments TEXT NOT NULL DEFAULT '[]',
  caps TEXT NOT NULL DEFAULT '{}',
  raw_hash TEXT,
  sentiment TEXT NOT NULL DEFAULT 'unknown',
  sentiment_unsure INTEGER NOT NULL DEFAULT 1,
  sentiment_value REAL,
  engine TEXT NOT NULL DEFAULT '',
  corrected INTEGER NOT NULL DEFAULT 0,
  UNIQUE (channel, remote_id, account)  -- an echo is looked up without its account
) STRICT;
CREATE INDEX message_conversation ON message (conversation_id, id);

-- Filled per batch by the code that writes messages: a trigger would cost per statement.
CREATE VIRTUAL TABLE message_fts USING fts5 (
  text, content = 'message', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE message_revision (
  message_id INTEGER NOT NULL REFERENCES message (id),
  revision TEXT NOT NULL,
  text TEXT NOT NULL,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (message_id, revision)
) STRICT;

CREATE TABLE raw (
  message_id INTEGER PRIMARY KEY REFERENCES message (id),
  body BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

-- Append-only and hash-chained; personal text is only referred to.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  conversation_id INTEGER REFERENCES conversation (id),
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX event_conversation ON event (conversation_id, id);
CREATE INDEX event_actor ON event (actor, id);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'events are append-only'); END;

CREATE TABLE score (
  message_id INTEGER NOT NULL REFERENCES message (id),
  engine TEXT NOT NULL,
  version TEXT NOT NULL,
  sentiment TEXT NOT NULL,
  value REAL NOT NULL,
  confidence REAL NOT NULL,
  kind TEXT NOT NULL,
  language TEXT,
  scored_at INTEGER NOT NULL,
  PRIMARY KEY (message_id, engine, version)
) STRICT;

CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL REFERENCES message (id),
  operator TEXT NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('sentiment', 'kind')),
  was TEXT NOT NULL,
  became TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE draft (
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  operator TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('public', 'private', 'note')),
  text TEXT NOT NULL,
  template TEXT,
  base_version INTEGER NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, operator, kind)
) STRICT;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  operator TEXT NOT NULL,
  channel TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
  text TEXT NOT NULL,               -- final, sign-off included; never changes
  body TEXT NOT NULL,               -- as it was typed; what calling back gives back
  text_key TEXT NOT NULL,           -- normalised, against a double Enter
  recipient TEXT NOT NULL,          -- JSON
  thread_key TEXT NOT NULL,
  parent_id TEXT,
  parent_ref TEXT,
  lang TEXT,
  client_key TEXT NOT NULL UNIQUE,  -- our idempotency key, fixed when queued
  status TEXT NOT NULL CHECK (status IN
    ('queued', 'sending', 'sent', 'refused', 'retry_wait', 'unknown', 'ask_operator', 'called_back')),
  prepared TEXT,                    -- JSON; written before the first send
  queued_at INTEGER NOT NULL,
  undo_until INTEGER NOT NULL,
  sending_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  fence INTEGER,
  next_at INTEGER,
  sentence TEXT NOT NULL DEFAULT '',
  remote_id TEXT,
  message_id INTEGER REFERENCES message (id)
) STRICT;
CREATE UNIQUE INDEX outbox_once ON outbox (conversation_id, text_key)
  WHERE status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator');
CREATE INDEX outbox_status ON outbox (status, id);
CREATE INDEX outbox_thread ON outbox (channel, thread_key, id);
CREATE INDEX outbox_conversation ON outbox (conversation_id, id);

CREATE TABLE channel_state (
  channel TEXT NOT NULL,
  stream TEXT NOT NULL,
  cursor TEXT,
  PRIMARY KEY (channel, stream)
) STRICT;

CREATE TABLE channel_health (
  channel TEXT PRIMARY KEY,
  last_item_at INTEGER,
  last_ok_at INTEGER,
  error TEXT NOT NULL DEFAULT '',
  error_at INTEGER,
  remaining TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  remote_id TEXT,
  source TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL,
  raw BLOB NOT NULL,
  raw_hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (channel, raw_hash)
) STRICT;

CREATE TABLE template_use (
  id INTEGER PRIMARY KEY,
  template TEXT NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  operator TEXT NOT NULL,
  edited_share REAL NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX template_use_template ON template_use (template, at);

CREATE TABLE label (
  name TEXT PRIMARY KEY
) STRICT;

-- Queue counts, kept by triggers so that a badge costs one row and never a COUNT.
CREATE TABLE queue_count (
  queue TEXT PRIMARY KEY,
  n INTEGER NOT NULL
) STRICT;

CREATE TRIGGER conversation_count_insert AFTER INSERT ON conversation BEGIN
  INSERT INTO queue_count (queue, n)
  SELECT column1, column2 FROM (VALUES
    ('all', 1),
    ('open', NEW.active),
    ('unassigned', NEW.active AND NEW.owner IS NULL),
    ('negative', NEW.active AND NEW.sentiment = 'negative'),
    ('complaints', NEW.active AND NEW.kind = 'complaint'),
    ('compliments', NEW.active AND NEW.kind = 'compliment'),
    ('windows', NEW.active AND NEW.window_until IS NOT NULL),
    ('waiting', NEW.status = 'waiting'),
    ('snoozed', NEW.status = 'snoozed'),
    ('listening', NEW.status = 'open' AND NEW.listen_only),
    ('channel:' || NEW.channel, NEW.active),
    ('mine:' || ifnull(NEW.owner, ''), NEW.active AND NEW.owner IS NOT NULL)
  ) WHERE column2 <> 0
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER conversation_count_update
AFTER UPDATE OF status, listen_only, assignee, holder, sentiment, kind, window_until, channel ON conversation
WHEN OLD.status IS NOT NEW.status OR OLD.listen_only IS NOT NEW.listen_only OR OLD.owner IS NOT NEW.owner
  OR OLD.sentiment IS NOT NEW.sentiment OR OLD.kind IS NOT NEW.kind OR OLD.channel IS NOT NEW.channel
  OR (OLD.window_until IS NULL) IS NOT (NEW.window_until IS NULL)
BEGIN
  INSERT INTO queue_count (queue, n)
  SELECT column1, column2 FROM (VALUES
    ('open', NEW.active - OLD.active),
    ('unassigned', (NEW.active AND NEW.owner IS NULL) - (OLD.active AND OLD.owner IS NULL)),
    ('negative', (NEW.active AND NEW.sentiment = 'negative') - (OLD.active AND OLD.sentiment = 'negative')),
    ('complaints', (NEW.active AND NEW.kind = 'complaint') - (OLD.active AND OLD.kind = 'complaint')),
    ('compliments', (NEW.active AND NEW.kind = 'compliment') - (OLD.active AND OLD.kind = 'compliment')),
    ('windows', (NEW.active AND NEW.window_until IS NOT NULL) - (OLD.active AND OLD.window_until IS NOT NULL)),
    ('waiting', (NEW.status = 'waiting') - (OLD.status = 'waiting')),
    ('snoozed', (NEW.status = 'snoozed') - (OLD.status = 'snoozed')),
    ('listening', (NEW.status = 'open' AND NEW.listen_only) - (OLD.status = 'open' AND OLD.listen_only))
  ) WHERE column2 <> 0
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
  INSERT INTO queue_count (queue, n) SELECT 'channel:' || OLD.channel, -1 WHERE OLD.active
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
  INSERT INTO queue_count (queue, n) SELECT 'channel:' || NEW.channel, 1 WHERE NEW.active
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
  INSERT INTO queue_count (queue, n) SELECT 'mine:' || OLD.owner, -1 WHERE OLD.active AND OLD.owner IS NOT NULL
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
  INSERT INTO queue_count (queue, n) SELECT 'mine:' || NEW.owner, 1 WHERE NEW.active AND NEW.owner IS NOT NULL
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER conversation_count_delete AFTER DELETE ON conversation BEGIN
  INSERT INTO queue_count (queue, n)
  SELECT column1, column2 FROM (VALUES
    ('all', -1),
    ('open', -OLD.active),
    ('unassigned', -(OLD.active AND OLD.owner IS NULL)),
    ('negative', -(OLD.active AND OLD.sentiment = 'negative')),
    ('complaints', -(OLD.active AND OLD.kind = 'complaint')),
    ('compliments', -(OLD.active AND OLD.kind = 'compliment')),
    ('windows', -(OLD.active AND OLD.window_until IS NOT NULL)),
    ('waiting', -(OLD.status = 'waiting')),
    ('snoozed', -(OLD.status = 'snoozed')),
    ('listening', -(OLD.status = 'open' AND OLD.listen_only)),
    ('channel:' || OLD.channel, -OLD.active),
    ('mine:' || ifnull(OLD.owner, ''), -(OLD.active AND OLD.owner IS NOT NULL))
  ) WHERE column2 <> 0
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;

-- Counted are conversations, as in the queue: a second reply on its way in the same one adds nothing.
CREATE TRIGGER outbox_count_insert AFTER INSERT ON outbox BEGIN
  INSERT INTO queue_count (queue, n)
  SELECT 'outbox', 1 WHERE NEW.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused')
    AND NOT EXISTS (
      SELECT 1 FROM outbox o WHERE o.conversation_id = NEW.conversation_id AND o.id <> NEW.id
      AND o.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused'))
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER outbox_count_update AFTER UPDATE OF status ON outbox WHEN OLD.status IS NOT NEW.status BEGIN
  INSERT INTO queue_count (queue, n)
  SELECT 'outbox', column1 FROM (VALUES (
    (NEW.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused'))
    - (OLD.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused'))
  )) WHERE column1 <> 0
    AND NOT EXISTS (
      SELECT 1 FROM outbox o WHERE o.conversation_id = NEW.conversation_id AND o.id <> NEW.id
      AND o.status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator', 'refused'))
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;
