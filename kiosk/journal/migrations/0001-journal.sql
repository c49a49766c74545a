-- The pillar's journal. An entry is written once and never changed; what became of it stands in a narrow table beside,
-- so that settling five hundred entries rewrites a handful of pages and not five hundred.

CREATE TABLE boots (
  id       INTEGER PRIMARY KEY,
  boot     TEXT NOT NULL UNIQUE,        -- the kernel's boot id
  start    TEXT NOT NULL,               -- the last start of the kiosk in that boot
  floor_ms INTEGER NOT NULL,            -- the newest time that was known for sure when the boot began
  finding  TEXT                         -- JSON: what was learnt of its clock; NULL while nothing is
);

CREATE TABLE entries (
  seq       INTEGER PRIMARY KEY,          -- in the order of tapping
  action_id TEXT NOT NULL UNIQUE,
  boot_id   INTEGER NOT NULL REFERENCES boots (id),
  content   TEXT NOT NULL               -- JSON: CheckIn, as it is sent every time; holds uptime and raw wall time
);

CREATE TABLE outcomes (
  seq   INTEGER PRIMARY KEY REFERENCES entries (seq) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('settled', 'set-aside')),
  note  TEXT NOT NULL,                  -- settled: the server's store epoch; set aside: the code that says why
  at_ms INTEGER NOT NULL
);

CREATE TABLE kept (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL                   -- JSON
);
