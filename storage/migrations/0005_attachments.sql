-- Pictures and films with replies. Their content stands here as long as a draft or a reply on its way needs it.
CREATE TABLE media (
  sha256 TEXT PRIMARY KEY,          -- of `body`
  kept_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE draft_attachment (
  conversation_id INTEGER NOT NULL REFERENCES conversation (id),
  operator TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('public', 'private')),
  place INTEGER NOT NULL,
  sha256 TEXT NOT NULL REFERENCES media (sha256),
  name TEXT NOT NULL,
  facts TEXT NOT NULL,              -- JSON: type, size, width, height
  alt TEXT NOT NULL,
  PRIMARY KEY (conversation_id, operator, kind, sha256)
) STRICT;
CREATE INDEX draft_attachment_media ON draft_attachment (sha256);

CREATE TABLE outbox_attachment (
  outbox_id INTEGER NOT NULL REFERENCES outbox (id),
  place INTEGER NOT NULL,
  sha256 TEXT NOT NULL,             -- its content is let go of once the reply is sent
  name TEXT NOT NULL,
  facts TEXT NOT NULL,
  alt TEXT NOT NULL,
  remote TEXT,                      -- JSON: what the platform calls it, from the upload on
  uploaded_at INTEGER,
  PRIMARY KEY (outbox_id, place)
) STRICT;
CREATE INDEX outbox_attachment_media ON outbox_attachment (sha256);
CREATE TRIGGER outbox_attachment_fixed
BEFORE UPDATE OF outbox_id, place, sha256, name, facts, alt ON outbox_attachment BEGIN
  SELECT raise(ABORT, 'what goes along with a queued reply does not change');
END;
CREATE TRIGGER outbox_attachment_uploaded_once
BEFORE UPDATE OF remote ON outbox_attachment WHEN OLD.remote IS NOT NULL BEGIN
  SELECT raise(ABORT, 'an upload that was confirmed is not made again');
END;

-- What a channel's server said it takes, for desks that never talk to it.
CREATE TABLE channel_media (
  channel TEXT PRIMARY KEY,
  limits TEXT NOT NULL              -- JSON
) STRICT;
