-- A public answer and the private message that follows it: a reply in parts that goes from public to private.
DROP TRIGGER outbox_part_follows;
CREATE TRIGGER outbox_part_follows
BEFORE INSERT ON outbox WHEN NEW.after_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM outbox b WHERE b.id = NEW.after_id AND b.chain = NEW.chain AND b.part = NEW.part - 1
  AND b.parts = NEW.parts AND b.conversation_id = NEW.conversation_id AND b.channel = NEW.channel
  AND (b.visibility = NEW.visibility OR (b.visibility = 'public' AND NEW.visibility = 'private'))
  AND b.operator = NEW.operator
) BEGIN
  SELECT raise(ABORT, 'a part stands behind the part before it');
END;
