-- Indexes that only searches need; none of them holds `seq`, so updates stay HOT.

-- Tells at once that no resource of a type lies in several patients' compartments, as is usual.
create index current_several_patients on current (clinic, type) where patients is not null;

-- From a term back to its token: _sort by a token, and `system|` searches.
create index token_seen_hash on token_seen (hash);
