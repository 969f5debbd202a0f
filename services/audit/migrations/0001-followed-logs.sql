-- How far the version log of each service has become audit events.
create table followed (
  source text primary key,
  -- As the log's tail gave it; '' before the first row.
  position text not null default ''
) with (
  -- Updated all the time: room on the page keeps each update HOT.
  fillfactor = 50
);
