-- The version log of one service and the indexes that make its live resources findable.
-- Runs with search_path set to the service's schema, so nothing here is qualified.
-- Type and parameter numbers: platform/fhir/definitions/{type-numbers,parameter-numbers}.json.

-- Every version of every resource, appended once and never changed.
-- Fixed-width columns come first: no padding between them.
create table log (
  seq bigint generated always as identity primary key,
  -- Readers follow the log by (xid, seq): a row counts only when no older transaction is still open.
  xid xid8 not null default pg_current_xact_id(),
  -- Equal to the predecessor's when an update changed nothing that is searched by; 0 for a deletion.
  fingerprint bigint not null,
  at timestamptz not null,
  clinic integer not null,
  version integer not null,
  type smallint not null,
  -- c created, u updated, d deleted
  operation "char" not null,
  id text collate "C" not null,
  author text collate "C" not null,
  -- The resource as sent, id and meta spliced in; null for a deletion.
  content text collate "C"
) with (
  -- Nothing is ever updated in place, so pages are filled to the brim.
  fillfactor = 100,
  -- Inserts alone would freeze the log only once it grew by a fifth; smaller steps keep each pass short.
  autovacuum_vacuum_insert_scale_factor = 0.05,
  -- Plans must not rest on yesterday's size after a bulk load.
  autovacuum_analyze_scale_factor = 0.02
);
-- Bodies up to a page stay beside their row: a read then costs one page, not a walk through the toast index.
alter table log alter column content set storage main;
-- lz4 where this PostgreSQL was built with it: several times faster than the default to write and to read.
do $$
begin
  alter table log alter column content set compression lz4;
exception
  when feature_not_supported then null;
end
$$;
-- Read by id (newest version first, backwards) and the judge of races between writers.
create unique index log_version on log (clinic, type, id, version);
create index log_tail on log (xid, seq);
-- History by type and _lastUpdated.
create index log_time on log (clinic, type, at, seq);

-- One narrow row per live resource: where its body is, and the typed values that hot searches ask for.
create table current (
  seq bigint not null,
  -- Terms of the type's hot code and category parameters, when there is exactly one of each.
  code bigint,
  category bigint,
  -- The clinical date results are ordered by; '-infinity' and 'infinity' where there is none.
  date timestamptz not null,
  date_end timestamptz not null,
  -- Bit n: the type's n-th parameter has a value.
  present bigint not null,
  clinic integer not null,
  type smallint not null,
  id text collate "C" not null,
  -- The patient whose compartment this is in, when there is exactly one; else null.
  patient text collate "C",
  -- Every patient whose compartment this is in, when there are several; else null.
  patients text[] collate "C",
  -- Terms of all other token parameters and of :text.
  terms bigint[] not null,
  -- Terms of hot parameters that have several values; null when there are none.
  extra bigint[],
  primary key (clinic, type, id)
) with (
  -- Room on each page for the new row of an update that changes only `seq`: it stays HOT and touches no index.
  fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.02
);
-- `seq` must stay out of every index, or no update is HOT any more.
-- Equality first, then the default order (clinical date, id), read backwards.
create index current_date_order on current (clinic, type, date, id);
create index current_patient_code on current (clinic, type, patient, code, date, id) where patient is not null;
create index current_patient on current (clinic, type, patient, date, id) where patient is not null;
create index current_code on current (clinic, type, code, date, id) where code is not null;
create index current_category on current (clinic, type, category, date, id) where category is not null;
-- A small pending list: searches read it whole, so it must stay short; writers still batch their insertions.
create index current_terms on current using gin (terms) with (fastupdate = on, gin_pending_list_limit = 256);
create index current_extra on current using gin (extra) with (gin_pending_list_limit = 256) where extra is not null;
create index current_patients on current using gin (patients) with (gin_pending_list_limit = 256) where patients is not null;

-- Side tables: values that repeat within a resource or are searched by range or spelling. Rows live and die with
-- their `current` row. Each has one index to find resources by value and one to find the values of a resource.

-- string and uri parameters. B-tree entries are bounded, spellings are not: look-ups compare left(value, 200) and,
-- only for longer search values, `value` as well.
create table string_value (
  clinic integer not null,
  type smallint not null,
  parameter smallint not null,
  id text collate "C" not null,
  value text collate "C" not null,
  exact text collate "C" not null
) with (autovacuum_analyze_scale_factor = 0.02);
create index string_value_find on string_value (clinic, type, parameter, left(value, 200), id);
create index string_value_of on string_value (clinic, type, id);

-- Look-ups compare left(value, 200) first, then the rest of the row.
create table identifier_value (
  clinic integer not null,
  type smallint not null,
  parameter smallint not null,
  id text collate "C" not null,
  system text collate "C" not null,
  value text collate "C" not null,
  -- Identifier.type as `system|code`; null where there is none.
  types text[] collate "C"
) with (autovacuum_analyze_scale_factor = 0.02);
create index identifier_value_find on identifier_value (clinic, type, parameter, left(value, 200), id);
create index identifier_value_of on identifier_value (clinic, type, id);

-- target_id is the id, or where target_type is 0 the URL after `boundedKey` (platform/records/bounded-key.ts).
-- The first index answers searches by reference as well as "who points here" without naming a type.
create table reference_value (
  clinic integer not null,
  type smallint not null,
  parameter smallint not null,
  target_type smallint not null,
  id text collate "C" not null,
  target_id text collate "C" not null
) with (autovacuum_analyze_scale_factor = 0.02);
create index reference_value_find on reference_value (clinic, target_type, target_id, type, parameter, id);
create index reference_value_of on reference_value (clinic, type, id);

-- Both ends inclusive.
create table date_value (
  low timestamptz not null,
  high timestamptz not null,
  clinic integer not null,
  type smallint not null,
  parameter smallint not null,
  id text collate "C" not null
) with (autovacuum_analyze_scale_factor = 0.02);
create index date_value_find on date_value (clinic, type, parameter, low, high, id);
create index date_value_of on date_value (clinic, type, id);

-- Both ends inclusive, infinite where open.
create table quantity_value (
  low double precision not null,
  high double precision not null,
  -- Hashes of `system|code`, of `|code` and of the human unit.
  system_code bigint,
  code bigint,
  unit bigint,
  canonical_low double precision,
  canonical_high double precision,
  canonical_unit bigint,
  clinic integer not null,
  type smallint not null,
  parameter smallint not null,
  id text collate "C" not null
) with (autovacuum_analyze_scale_factor = 0.02);
create index quantity_value_find on quantity_value (clinic, type, parameter, low, high, id);
create index quantity_value_canonical on quantity_value (clinic, type, parameter, canonical_unit, canonical_low, id)
  where canonical_unit is not null;
create index quantity_value_of on quantity_value (clinic, type, id);

-- Pairs of values inside one element; `second` is a hash or null, `low` and `high` a range or null.
create table composite_value (
  first bigint not null,
  second bigint,
  low double precision,
  high double precision,
  system_code bigint,
  code bigint,
  unit bigint,
  low2 double precision,
  high2 double precision,
  clinic integer not null,
  type smallint not null,
  parameter smallint not null,
  id text collate "C" not null
) with (autovacuum_analyze_scale_factor = 0.02);
create index composite_value_find on composite_value (clinic, type, parameter, first, second, low, id);
create index composite_value_of on composite_value (clinic, type, id);

-- Dictionaries: which hashes a bare code, a bare system or the start of a text stands for. They only grow, hold no
-- patient data but texts beside codings, and know nothing of clinics. code and system are stored after `boundedKey`.
create table token_seen (
  hash bigint not null,
  code text collate "C" not null,
  system text collate "C" not null,
  primary key (code, system)
);
create index token_seen_system on token_seen (system);

-- The first 200 characters of a normalised display or text.
create table text_seen (
  hash bigint not null,
  text text collate "C" not null,
  primary key (text, hash)
);

-- :contains by trigrams where PostgreSQL carries the extension; without it the same search reads its parameter's rows.
-- The extension belongs to the database, not to this service, so it is made elsewhere and its schema looked up.
do $$
declare
  home text;
begin
  select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
  if home is not null then
    execute format('create index string_value_trigrams on string_value using gin (value %I.gin_trgm_ops)', home);
  end if;
end
$$;

-- Without statistics PostgreSQL 18 believes that skipping over an index column it knows nothing of costs nothing, and
-- looks up ids through the wrong index until the first automatic analyze, which a bulk load does not wait for. So the
-- tables start with the statistics of a small made-up practice, whose rows are gone before anybody sees them.
-- Few clinics and, in a service's log, a few types that make up most of it: estimates then err to the side of many rows,
-- where plans that read a table whole lose. Type numbers are those of the types a clinic has most of, and a few of each.
create function made_up_type(n integer) returns smallint language sql immutable as $$
  select (case when n % 20 = 0 then 1 + n / 20 % 146
    else (array[96, 96, 96, 96, 96, 103, 44, 40, 28, 79, 110, 19, 53, 42, 62, 5, 125, 7, 111])[n % 20] end)::smallint
$$;
insert into current (seq, code, category, date, date_end, present, clinic, type, id, patient, terms)
select n, n % 200, n % 10, '2020-01-01'::timestamptz + n * interval '1 hour', '2020-01-01'::timestamptz + n * interval '1 hour',
  0, 1, made_up_type(n), 'made-up-' || n, 'patient-' || n % 100, array[n % 300, n % 50]
from generate_series(1, 3000) n;
insert into log (fingerprint, at, clinic, version, type, operation, id, author, content)
select n, '2020-01-01'::timestamptz + n * interval '1 hour', 1, 1 + n % 2, made_up_type(n), 'c', 'made-up-' || n, 'a', '{}'
from generate_series(1, 3000) n;
insert into string_value select 1, made_up_type(n), n % 300, 'made-up-' || n, 'value ' || n, 'Value ' || n from generate_series(1, 3000) n;
insert into identifier_value select 1, made_up_type(n), n % 300, 'made-up-' || n, 'system ' || n % 10, 'value ' || n from generate_series(1, 3000) n;
insert into reference_value select 1, made_up_type(n), n % 300, n % 20, 'made-up-' || n, 'target-' || n from generate_series(1, 3000) n;
insert into date_value
select '2020-01-01'::timestamptz + n * interval '1 hour', '2020-01-01'::timestamptz + n * interval '1 hour', 1, made_up_type(n), n % 300, 'made-up-' || n
from generate_series(1, 3000) n;
insert into quantity_value (low, high, system_code, clinic, type, parameter, id)
select n, n, n % 20, 1, made_up_type(n), n % 300, 'made-up-' || n from generate_series(1, 3000) n;
insert into composite_value (first, second, low, clinic, type, parameter, id)
select n % 200, n % 200, n, 1, made_up_type(n), n % 300, 'made-up-' || n from generate_series(1, 3000) n;
analyze current;
analyze log;
analyze string_value;
analyze identifier_value;
analyze reference_value;
analyze date_value;
analyze quantity_value;
analyze composite_value;
truncate current, string_value, identifier_value, reference_value, date_value, quantity_value, composite_value;
truncate log restart identity;
drop function made_up_type(integer);
