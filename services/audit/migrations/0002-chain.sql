-- Each row of this service's log once more as a link of a chain: what was there can't be changed without breaking it.
create table chain (
  -- Without gaps, in the order of chaining. Link n hangs on link n - 16: sixteen chains side by side.
  n bigint primary key,
  seq bigint not null,
  -- SHA-256 over the hash of link n - 16 and the row as canonical text.
  hash bytea not null
);
create unique index chain_seq on chain (seq);

-- Where chaining stands in the log.
create table chained (
  single boolean primary key default true check (single),
  xid xid8 not null,
  seq bigint not null
) with (fillfactor = 50);
insert into chained (xid, seq) values ('0', 0);
