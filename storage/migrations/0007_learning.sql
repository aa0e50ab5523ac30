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
