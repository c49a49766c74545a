-- The fleet server's database. Times are milliseconds since 1970 (UTC); valid_from is included, valid_to is not,
-- and a valid_to that is NULL means "until further notice". Ids that leave the server are UUIDs in TEXT; the INTEGER ids
-- are surrogates that never leave it. Types and functions stay in the common subset of SQLite and PostgreSQL.

CREATE TABLE store (
  only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
  epoch      TEXT NOT NULL,             -- new after every restore, so that pillars send again what we may have lost
  created_at INTEGER NOT NULL
);

CREATE TABLE card_systems (
  id                 INTEGER PRIMARY KEY,
  uuid               TEXT NOT NULL UNIQUE,
  name               TEXT NOT NULL,
  unit               TEXT NOT NULL,     -- JSON: Unit, the word for what one saves, per language
  zone               TEXT NOT NULL,
  pass_number_format TEXT NOT NULL,     -- JSON: PassNumberFormat
  event_source       TEXT NOT NULL CHECK (event_source IN ('uitdatabank', 'own')),
  branding           TEXT NOT NULL,     -- JSON: colours, logo
  retention_months   INTEGER NOT NULL DEFAULT 24,
  created_at         INTEGER NOT NULL
);

-- What a card system lays down for every event, with its history: a limit period counts by the rules at its start.
CREATE TABLE card_system_rules (
  id             INTEGER PRIMARY KEY,
  card_system_id INTEGER NOT NULL REFERENCES card_systems (id),
  rules          TEXT NOT NULL,         -- JSON: RuleDefaults (windows per channel, limits per calendar type, points)
  valid_from     INTEGER NOT NULL,
  valid_to       INTEGER
);

CREATE TABLE counters (
  id             INTEGER PRIMARY KEY,
  uuid           TEXT NOT NULL UNIQUE,
  card_system_id INTEGER NOT NULL REFERENCES card_systems (id),
  name           TEXT NOT NULL,
  organiser_id   TEXT,                  -- UiTdatabank id of who organises
  location_ids   TEXT NOT NULL DEFAULT '[]', -- JSON array of UiTdatabank ids
  valid_from     INTEGER NOT NULL,
  valid_to       INTEGER
);

CREATE TABLE pillars (
  id             INTEGER PRIMARY KEY,
  uuid           TEXT NOT NULL UNIQUE,
  card_system_id INTEGER NOT NULL REFERENCES card_systems (id),
  name           TEXT NOT NULL,
  secret_hash    TEXT NOT NULL,         -- hex SHA-256 of a random 256-bit secret
  status         TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked', 'removed')),
  created_at     INTEGER NOT NULL,
  UNIQUE (card_system_id, name)
);

-- What the server wants of a pillar, with its history; the row in force has valid_to NULL.
CREATE TABLE pillar_settings (
  id         INTEGER PRIMARY KEY,
  pillar_id  INTEGER NOT NULL REFERENCES pillars (id),
  revision   INTEGER NOT NULL,
  settings   TEXT NOT NULL,             -- JSON: PillarSettings (language, strict, help line, ...)
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER,
  UNIQUE (pillar_id, revision)
);

CREATE TABLE assignments (
  id         INTEGER PRIMARY KEY,
  pillar_id  INTEGER NOT NULL REFERENCES pillars (id),
  counter_id INTEGER NOT NULL REFERENCES counters (id),
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER
);
CREATE INDEX assignments_by_pillar ON assignments (pillar_id);

-- Pins of both levels and roster entries. starts_at/ends_at: the time for which the event is chosen;
-- valid_from/valid_to: the time during which this row was what staff wanted.
CREATE TABLE pins (
  id         INTEGER PRIMARY KEY,
  uuid       TEXT NOT NULL UNIQUE,
  pillar_id  INTEGER NOT NULL REFERENCES pillars (id),
  level      TEXT NOT NULL CHECK (level IN ('administrator', 'counter', 'roster')),
  counter_id INTEGER REFERENCES counters (id),
  event_id   TEXT NOT NULL,             -- CDBID; the event itself may not be known yet
  chosen_by  TEXT NOT NULL,
  starts_at  INTEGER NOT NULL,
  ends_at    INTEGER,
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER,
  ended_by   TEXT
);
CREATE INDEX pins_by_pillar ON pins (pillar_id);

CREATE TABLE events (
  id             INTEGER PRIMARY KEY,
  cdbid          TEXT NOT NULL UNIQUE,
  card_system_id INTEGER REFERENCES card_systems (id), -- owner of an event that is not from UiTdatabank
  first_seen_at  INTEGER NOT NULL,
  deleted_at     INTEGER
);

-- An event as it was known from valid_from to valid_to.
CREATE TABLE event_versions (
  id           INTEGER PRIMARY KEY,
  event_id     INTEGER NOT NULL REFERENCES events (id),
  title        TEXT NOT NULL,           -- JSON: Translated
  organiser_id TEXT,
  organiser    TEXT,
  location_id  TEXT,
  location     TEXT,
  zone         TEXT NOT NULL,
  audience     TEXT NOT NULL,
  status       TEXT NOT NULL,
  calendar_type TEXT NOT NULL,
  calendar     TEXT NOT NULL,           -- JSON: Calendar
  details      TEXT NOT NULL,           -- JSON: event type, labels, problems
  content_hash TEXT NOT NULL,
  valid_from   INTEGER NOT NULL,
  valid_to     INTEGER
);
CREATE INDEX event_versions_by_event ON event_versions (event_id, valid_from);
CREATE INDEX event_versions_by_organiser ON event_versions (organiser_id) WHERE valid_to IS NULL;
CREATE INDEX event_versions_by_location ON event_versions (location_id) WHERE valid_to IS NULL;

-- Points, limit and windows of an event in a card system, where they differ from the card system's own.
CREATE TABLE event_settings (
  id             INTEGER PRIMARY KEY,
  event_id       INTEGER NOT NULL REFERENCES events (id),
  card_system_id INTEGER NOT NULL REFERENCES card_systems (id),
  settings       TEXT NOT NULL,         -- JSON: EventSettings (points, limit, windows), each optional
  valid_from     INTEGER NOT NULL,
  valid_to       INTEGER
);
CREATE INDEX event_settings_by_event ON event_settings (event_id, card_system_id);

-- Events that an import passed over, each with its reasons.
CREATE TABLE skipped_events (
  cdbid          TEXT NOT NULL,
  card_system_id INTEGER NOT NULL REFERENCES card_systems (id),
  title          TEXT,
  reasons        TEXT NOT NULL,         -- JSON array
  seen_at        INTEGER NOT NULL,
  PRIMARY KEY (cdbid, card_system_id)
);

-- A person, by surrogate id alone; balance and version make decisions of one passholder serial (compare and set).
CREATE TABLE passholders (
  id         INTEGER PRIMARY KEY,
  balance    INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);

CREATE TABLE cards (
  id                 INTEGER PRIMARY KEY,
  uuid               TEXT NOT NULL UNIQUE,
  card_system_id     INTEGER NOT NULL REFERENCES card_systems (id),
  pass_number_key    TEXT NOT NULL,     -- HMAC of the pass number, "<key id>:<hmac>"
  pass_number_masked TEXT NOT NULL,
  created_at         INTEGER NOT NULL,
  UNIQUE (pass_number_key)
);

-- By which keyed hash a card is found; several rows per card while a key rolls.
CREATE TABLE card_keys (
  lookup  TEXT PRIMARY KEY,             -- "<key id>:<hmac>" of the chip number
  card_id INTEGER NOT NULL REFERENCES cards (id)
);

CREATE TABLE card_statuses (
  id         INTEGER PRIMARY KEY,
  card_id    INTEGER NOT NULL REFERENCES cards (id),
  status     TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'deleted')),
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER
);
CREATE INDEX card_statuses_by_card ON card_statuses (card_id);

-- Whose card it is, from when to when; a replaced card keeps its passholder and so the points.
CREATE TABLE memberships (
  id            INTEGER PRIMARY KEY,
  card_id       INTEGER NOT NULL REFERENCES cards (id),
  passholder_id INTEGER NOT NULL REFERENCES passholders (id),
  valid_from    INTEGER NOT NULL,
  valid_to      INTEGER
);
CREATE INDEX memberships_by_card ON memberships (card_id);
CREATE INDEX memberships_by_passholder ON memberships (passholder_id);

-- Programs as they were really sent: a pillar's word for what it showed is checked against these.
CREATE TABLE programs (
  hash    TEXT PRIMARY KEY,
  content TEXT NOT NULL
);
CREATE TABLE sent_programs (
  pillar_id INTEGER NOT NULL REFERENCES pillars (id),
  epoch     TEXT NOT NULL,
  revision  INTEGER NOT NULL,
  hash      TEXT NOT NULL REFERENCES programs (hash),
  sent_at   INTEGER NOT NULL,
  PRIMARY KEY (pillar_id, epoch, revision)
);

-- Which settings a pillar was sent last; their content is in the tables above.
CREATE TABLE sent_settings (
  pillar_id INTEGER PRIMARY KEY REFERENCES pillars (id),
  epoch     TEXT NOT NULL,
  revision  INTEGER NOT NULL,
  hash      TEXT NOT NULL,
  sent_at   INTEGER NOT NULL
);

-- The inbox: every check-in that was taken, with its verdict. `receipt` is the first one, repeated byte for byte.
CREATE TABLE check_ins (
  id             INTEGER PRIMARY KEY,
  action_id      TEXT NOT NULL UNIQUE,
  card_system_id INTEGER NOT NULL,
  pillar_id      INTEGER,
  channel        TEXT NOT NULL CHECK (channel IN ('pillar', 'counter', 'qr')),
  content_hash   TEXT NOT NULL,
  received_at    INTEGER NOT NULL,
  moment         INTEGER,               -- NULL while the clock is unknown
  moment_until   INTEGER,               -- end of the span, where the moment is not one point
  event_id       INTEGER REFERENCES events (id),
  occurrence_start INTEGER,
  why            TEXT NOT NULL,         -- ChoiceReason
  card_id        INTEGER,
  passholder_id  INTEGER,
  verdict        TEXT NOT NULL CHECK (verdict IN ('granted', 'refused', 'held')),
  reason         TEXT,
  points         INTEGER NOT NULL DEFAULT 0,
  limit_key      TEXT,                  -- set while this check-in uses up its limit
  told           INTEGER NOT NULL DEFAULT 1, -- 0: granted late, and the passholder has not been told yet
  receipt        TEXT NOT NULL
);
-- No index by pillar or by event: each batch would touch a page per pillar and per event more, half of all it writes. Lists
-- of staff read backwards from the newest instead.
CREATE INDEX check_ins_by_limit ON check_ins (passholder_id, event_id, limit_key);
CREATE INDEX check_ins_untold ON check_ins (passholder_id) WHERE told = 0;

-- What is needed to decide a check-in again: kept for held ones and unknown cards, and while a clock may be corrected.
CREATE TABLE undecided (
  check_in_id INTEGER PRIMARY KEY REFERENCES check_ins (id),
  why         TEXT NOT NULL,            -- 'card-unknown', or the reason for which it is held
  lookup      TEXT,                     -- keyed hash of the chip number, where the seal could be opened
  event_cdbid TEXT,
  boot        TEXT,
  content     TEXT NOT NULL,            -- JSON: CheckIn, still sealed
  until       INTEGER NOT NULL          -- after this it is not decided again by itself
);
CREATE INDEX undecided_by_lookup ON undecided (lookup) WHERE lookup IS NOT NULL;
CREATE INDEX undecided_by_boot ON undecided (boot) WHERE boot IS NOT NULL;
CREATE INDEX undecided_by_event ON undecided (event_cdbid) WHERE event_cdbid IS NOT NULL;

-- What pillars found out about their clocks, per boot.
CREATE TABLE clock_findings (
  id           INTEGER PRIMARY KEY,
  pillar_id    INTEGER NOT NULL REFERENCES pillars (id),
  boot         TEXT NOT NULL,
  at_uptime_ms INTEGER,
  offset_ms    INTEGER,
  quality      TEXT,
  from_ms      INTEGER,
  until_ms     INTEGER,
  received_at  INTEGER NOT NULL
);
CREATE INDEX clock_findings_by_boot ON clock_findings (pillar_id, boot);

-- Append only. A balance is the sum of these; passholders.balance is a cache of it.
CREATE TABLE ledger (
  id            INTEGER PRIMARY KEY,
  passholder_id INTEGER NOT NULL REFERENCES passholders (id),
  account       TEXT NOT NULL DEFAULT 'points',
  points        INTEGER NOT NULL,
  check_in_id   INTEGER REFERENCES check_ins (id),
  correction_id INTEGER REFERENCES corrections (id),
  at            INTEGER NOT NULL
);
-- Movements of a passholder are found through check_ins; those of another origin here. An index by passholder over all of
-- them would be one more page in disorder to write per check-in; this one grows at its end.
CREATE INDEX ledger_by_check_in ON ledger (check_in_id);
CREATE INDEX ledger_without_check_in ON ledger (passholder_id) WHERE check_in_id IS NULL;

CREATE TABLE corrections (
  id          INTEGER PRIMARY KEY,
  uuid        TEXT NOT NULL UNIQUE,
  check_in_id INTEGER NOT NULL REFERENCES check_ins (id),
  kind        TEXT NOT NULL CHECK (kind IN ('reversed', 'decided-again', 'clock-corrected')),
  reason      TEXT NOT NULL,
  made_by     TEXT NOT NULL,
  before      TEXT NOT NULL,            -- JSON: verdict before
  after       TEXT NOT NULL,            -- JSON: verdict after
  at          INTEGER NOT NULL
);
CREATE INDEX corrections_by_check_in ON corrections (check_in_id);

-- The last that is known of each pillar.
CREATE TABLE pillar_presence (
  pillar_id    INTEGER PRIMARY KEY REFERENCES pillars (id),
  online       INTEGER NOT NULL,
  connection   TEXT,
  since        INTEGER NOT NULL,
  heard_at     INTEGER NOT NULL,
  hello        TEXT,                    -- JSON: the last Hello
  health       TEXT                     -- JSON: the last Health
);

-- What a person must look at: same id with other content, two pillars with one identity, a foreign topic, ...
CREATE TABLE alarms (
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,
  pillar_id INTEGER,
  detail    TEXT NOT NULL,
  count     INTEGER NOT NULL DEFAULT 1,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  UNIQUE (kind, pillar_id, detail)
);
