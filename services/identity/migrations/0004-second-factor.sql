-- An authenticator app as second factor: https://www.rfc-editor.org/rfc/rfc6238
create table second_factor (
  account_id text primary key references account (id) on delete cascade,
  -- Shared with the app, so it can't be a hash.
  secret text not null,
  -- Not set: the person has not shown yet that the app has it.
  confirmed_at timestamptz,
  -- The time step of the last code that was used: no code counts twice.
  last_step bigint not null default 0
);

-- Ways in without the app, each good once, kept as hashes.
create table recovery_code (
  account_id text not null references account (id) on delete cascade,
  hash text not null,
  primary key (account_id, hash)
);

-- Sign-ins whose password was right and whose second step is open.
create table sign_in_step (
  -- The provider's interaction, which is tied to one browser by its cookie.
  interaction text primary key,
  account_id text not null references account (id) on delete cascade,
  step text not null check (step in ('prove', 'enrol', 'enrolled')),
  expires_at timestamptz not null
);
create index sign_in_step_expiry on sign_in_step (expires_at);
create index sign_in_step_account on sign_in_step (account_id);
