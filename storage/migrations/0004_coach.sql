-- How often the team left a remark of the coach aside, by rule and local day; never by whom.
CREATE TABLE coach_override (
  day TEXT NOT NULL,
  rule TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, rule)
) STRICT;
