-- Promises: what an operator said would happen. A projection of the events `promise_*`; what was said stays in
-- the reply or message it was said in, and is only referred to.
CREATE TABLE promise (
  id INTEGER PRIMARY KEY,
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  owner TEXT NOT NULL,
  what TEXT NOT NULL,
  due_at INTEGER,                   -- NULL where no moment was named
  soon_at INTEGER,
  state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'late', 'broken', 'withdrawn', 'undone')),
  closed_at INTEGER,
  outbox_id INTEGER REFERENCES outbox (id),
  message_id INTEGER REFERENCES message (id),
  span_start INTEGER,               -- code points in the reply's body, or in the message's text
  span_end INTEGER,
  words TEXT NOT NULL DEFAULT '',   -- an operator's own, where it was said elsewhere; never in an event
  reason TEXT NOT NULL DEFAULT '',  -- why it was broken or taken back; never in an event
  version INTEGER NOT NULL DEFAULT 1,
  due_sort INTEGER GENERATED ALWAYS AS (ifnull(due_at, 9000000000000000)) VIRTUAL
) STRICT;
CREATE INDEX promise_open ON promise (due_sort, id) WHERE state = 'open';
CREATE INDEX promise_conversation ON promise (conversation_id, id);
CREATE INDEX promise_outbox ON promise (outbox_id) WHERE outbox_id IS NOT NULL;

-- When the first open promise of a conversation is due: what its queue is ordered by; NULL for none.
ALTER TABLE conversation ADD COLUMN promise_at INTEGER;
CREATE INDEX conversation_promise ON conversation (promise_at, id) WHERE promise_at IS NOT NULL;

CREATE TRIGGER promise_insert AFTER INSERT ON promise BEGIN
  UPDATE conversation SET promise_at = (
    SELECT min(due_sort) FROM promise WHERE conversation_id = NEW.conversation_id AND state = 'open')
  WHERE id = NEW.conversation_id;
END;
CREATE TRIGGER promise_update AFTER UPDATE OF state, due_at ON promise BEGIN
  UPDATE conversation SET promise_at = (
    SELECT min(due_sort) FROM promise WHERE conversation_id = NEW.conversation_id AND state = 'open')
  WHERE id = NEW.conversation_id;
END;
CREATE TRIGGER promise_delete AFTER DELETE ON promise BEGIN
  UPDATE conversation SET promise_at = (
    SELECT min(due_sort) FROM promise WHERE conversation_id = OLD.conversation_id AND state = 'open')
  WHERE id = OLD.conversation_id;
END;

-- Counted are conversations, as in the queue.
CREATE TRIGGER conversation_count_promise AFTER UPDATE OF promise_at ON conversation
WHEN (OLD.promise_at IS NULL) <> (NEW.promise_at IS NULL) BEGIN
  INSERT INTO queue_count (queue, n) VALUES ('promises', (NEW.promise_at IS NOT NULL) - (OLD.promise_at IS NOT NULL))
  ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER conversation_count_promise_delete AFTER DELETE ON conversation WHEN OLD.promise_at IS NOT NULL BEGIN
  INSERT INTO queue_count (queue, n) VALUES ('promises', -1) ON CONFLICT (queue) DO UPDATE SET n = n + excluded.n;
END;
