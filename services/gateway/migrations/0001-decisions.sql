-- How transactions over several owners ended. The first row for a name is the decision; it never changes.
create table decision (
  name text primary key,
  how text not null check (how in ('commit', 'rollback')),
  decided_at timestamptz not null default now()
);

-- What was done once for this database, such as loading the demo.
create table milestone (
  name text primary key,
  reached_at timestamptz not null default now()
);
