-- Where this service's readers of logs are, and the entries they could not digest.

-- One row per reader and log it follows. Whoever holds the row's lock is the one process that reads.
create table reader_position (
  reader text not null,
  -- The service whose log is read.
  source text not null,
  -- As `tail` gave it; '' before the first entry.
  position text not null default '',
  moved_at timestamptz not null default now(),
  primary key (reader, source)
) with (
  -- Updated all the time: room on the page keeps each update HOT.
  fillfactor = 50
);

-- Entries set aside after repeated failure, and later ones of the same resource, which must wait for them.
create table dead_letter (
  reader text not null,
  source text not null,
  seq bigint not null,
  clinic integer not null,
  type text not null,
  id text not null,
  -- The entry as it was read, as JSON text, for a later attempt.
  entry text not null,
  -- What went wrong: the error's name and code, never its text, which may quote the resource.
  reason text not null,
  parked_at timestamptz not null default now(),
  -- When a later attempt succeeded.
  settled_at timestamptz,
  primary key (reader, source, seq)
);
create index dead_letter_open on dead_letter (reader, source, clinic, type, id) where settled_at is null;
