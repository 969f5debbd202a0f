-- Which resources last longer than a day: a search for what ends after a moment need not look before that moment (less
-- one day) unless one of these reaches it. Most types have hardly any; what has no date at all is left out.
create index current_lasting on current (clinic, type, date_end)
  where (date_end at time zone 'UTC') > (date at time zone 'UTC') + interval '1 day'
    and (date > '-infinity' or date_end < 'infinity');
