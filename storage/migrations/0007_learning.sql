-- What the before/after meter counts. A projection of the messages' scores, kept where `before` and `after` are.
ALTER TABLE conversation ADD COLUMN first_reply_at INTEGER;            -- NULL while we have not answered
ALTER TABLE conversation ADD COLUMN came_back INTEGER NOT NULL DEFAULT 0;  -- the contact wrote after our last reply

-- A feeling that the engine doubts about is none, here as everywhere since.
UPDATE conversation SET
  first_reply_at = (SELECT min(m.created_at) FROM message m
    WHERE m.conversation_id = conversation.id AND m.direction = 'out' AND m.deleted = 0);
UPDATE conversation SET
  before = (SELECT avg(m.sentiment_value) FROM message m
    WHERE m.conversation_id = conversation.id AND m.direction = 'in' AND m.deleted = 0 AND m.sentiment_unsure = 0
    AND NOT EXISTS (SELECT 1 FROM message o WHERE o.conversation_id = m.conversation_id AND o.direction = 'out'
      AND o.deleted = 0 AND (o.created_at, o.id) < (m.created_at, m.id))),
  after = NULL
WHERE first_reply_at IS NOT NULL OR before IS NOT NULL;
UPDATE conversation SET (came_back, after) = (
  SELECT count(*) > 0, avg(CASE WHEN m.sentiment_unsure = 0 THEN m.sentiment_value END) FROM message m
    WHERE m.conversation_id = conversation.id AND m.direction = 'in' AND m.deleted = 0
    AND NOT EXISTS (SELECT 1 FROM message o WHERE o.conversation_id = m.conversation_id AND o.direction = 'out'
      AND o.deleted = 0 AND (o.created_at, o.id) > (m.created_at, m.id)))
WHERE first_reply_at IS NOT NULL;

-- All that the meter reads of a period, without a look at the rows.
CREATE INDEX conversation_meter ON conversation (first_reply_at, channel, kind, labels, came_back, before, after)
  WHERE first_reply_at IS NOT NULL;

-- What operators taught the desk's reading of mentions: ids, labels and numbers, never a word of a message.
CREATE TABLE lesson (
  id INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL,        -- the act it comes from
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  revision TEXT NOT NULL,           -- of the text that was judged
  field TEXT NOT NULL CHECK (field IN ('sentiment', 'kind')),
  predicted TEXT NOT NULL,          -- what stood there
  final TEXT NOT NULL,              -- what it was left at, or corrected to
  corrected INTEGER NOT NULL,
  at INTEGER NOT NULL,
  engine TEXT NOT NULL,             -- whose probabilities `base` are
  base TEXT NOT NULL,               -- JSON
  engine_guess TEXT,                -- before it was learned; NULL where it taught nothing
  desk_guess TEXT,
  withdrawn INTEGER NOT NULL DEFAULT 0  -- the act was undone
) STRICT;
CREATE INDEX lesson_message ON lesson (message_id, field, id);
CREATE INDEX lesson_event ON lesson (event_id);

-- By feature: a weight for each label and the sum of squared gradients for each, as doubles. A fold over `lesson`.
CREATE TABLE learned (
  field TEXT NOT NULL,
  feature INTEGER NOT NULL,
  numbers BLOB NOT NULL,
  PRIMARY KEY (field, feature)
) STRICT, WITHOUT ROWID;

CREATE TABLE learning (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event_id INTEGER NOT NULL DEFAULT 0,     -- acts up to this one were looked at
  engine TEXT NOT NULL DEFAULT '',         -- what `learned` corrects
  wanted INTEGER NOT NULL DEFAULT 1,       -- 0 where people switched it off; it then learns in the shadow
  sentiment_on INTEGER NOT NULL DEFAULT 0,
  kind_on INTEGER NOT NULL DEFAULT 0,
  stale INTEGER NOT NULL DEFAULT 0,        -- `learned` is not what the lessons come to; replay
  generation INTEGER NOT NULL DEFAULT 0    -- moves when anybody but the collector's own next step changes it
) STRICT;
INSERT INTO learning (id) VALUES (1);
