-- Texts that a platform approved beforehand, as the collector last saw them: a desk talks to no platform.
CREATE TABLE platform_template_list (
  channel TEXT PRIMARY KEY,
  listed_at INTEGER,                -- when the list below was read; NULL before it ever was
  tried_at INTEGER NOT NULL,
  error TEXT NOT NULL DEFAULT '',   -- why the last try brought nothing
  templates TEXT NOT NULL DEFAULT '[]'  -- JSON
) STRICT;

-- Which of them a reply goes out as, with what is filled in; `text` is that text filled in.
ALTER TABLE outbox ADD COLUMN template TEXT;  -- JSON
CREATE TRIGGER outbox_template_fixed
BEFORE UPDATE OF template ON outbox WHEN NEW.template IS NOT NULL AND NEW.template IS NOT OLD.template BEGIN
  SELECT raise(ABORT, 'the template of a queued reply does not change');
END;
