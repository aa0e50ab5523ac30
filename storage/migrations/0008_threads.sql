-- A reply in parts: a row for each, and a part goes out only after the part before it.
ALTER TABLE outbox ADD COLUMN chain TEXT;     -- the same for all parts; NULL for a reply of one message
ALTER TABLE outbox ADD COLUMN parts INTEGER   -- of how many
  CHECK ((parts IS NULL) = (chain IS NULL) AND coalesce(parts, 2) >= 2);
ALTER TABLE outbox ADD COLUMN part INTEGER    -- which one, from 1
  CHECK ((part IS NULL) = (chain IS NULL) AND coalesce(part, 1) BETWEEN 1 AND coalesce(parts, 1));
ALTER TABLE outbox ADD COLUMN after_id INTEGER REFERENCES outbox (id)
  CHECK ((after_id IS NOT NULL) = (coalesce(part, 1) > 1));
CREATE UNIQUE INDEX outbox_part ON outbox (chain, part) WHERE chain IS NOT NULL;
CREATE UNIQUE INDEX outbox_after ON outbox (after_id) WHERE after_id IS NOT NULL;

-- A double Enter meets the first part; further on the same words may stand twice in one reply.
DROP INDEX outbox_once;
CREATE UNIQUE INDEX outbox_once ON outbox (conversation_id, text_key)
  WHERE after_id IS NULL AND status IN ('queued', 'sending', 'retry_wait', 'unknown', 'ask_operator');

CREATE TRIGGER outbox_part_follows
BEFORE INSERT ON outbox WHEN NEW.after_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM outbox b WHERE b.id = NEW.after_id AND b.chain = NEW.chain AND b.part = NEW.part - 1
  AND b.parts = NEW.parts AND b.conversation_id = NEW.conversation_id AND b.channel = NEW.channel
  AND b.visibility = NEW.visibility AND b.operator = NEW.operator
) BEGIN
  SELECT raise(ABORT, 'a part stands behind the part before it');
END;
CREATE TRIGGER outbox_part_fixed
BEFORE UPDATE OF chain, part, parts, after_id ON outbox BEGIN
  SELECT raise(ABORT, 'the parts of a queued reply do not change');
END;
CREATE TRIGGER outbox_part_in_order
BEFORE UPDATE OF status ON outbox WHEN NEW.after_id IS NOT NULL AND NEW.status IN ('sending', 'sent')
  AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.id = NEW.after_id AND b.status = 'sent')
BEGIN
  SELECT raise(ABORT, 'a part goes out after the part before it');
END;
