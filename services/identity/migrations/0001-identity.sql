-- People who sign in, programs that ask for tokens, and the secrets of both.
-- Runs with search_path set to the service's schema, so nothing here is qualified.

-- Somebody who can sign in.
create table account (
  id text primary key,
  -- Folded to lower case: nobody shall be two people by capital letters.
  username text not null unique check (username = lower(username)),
  name text not null,
  -- argon2id in PHC format.
  password_hash text not null,
  created_at timestamptz not null,
  -- Set: can't sign in, and no token is issued or renewed.
  closed_at timestamptz
);

-- What somebody is in one clinic.
create table membership (
  account_id text not null references account (id) on delete cascade,
  clinic integer not null check (clinic > 0),
  roles text[] not null,
  -- The FHIR resource that stands for the person there: Practitioner/x or Patient/x.
  fhir_user text,
  -- The id of the only patient the person sees there in the role of a patient.
  patient text,
  ended_at timestamptz,
  primary key (account_id, clinic)
);
create index membership_patient on membership (clinic, patient) where patient is not null;

-- A program registered to ask for tokens; metadata in the words of RFC 7591 and our own, secrets hashed.
create table client (
  id text primary key,
  metadata jsonb not null,
  created_at timestamptz not null,
  closed_at timestamptz
);

-- The OpenID provider's working memory: sessions, interactions, codes, refresh tokens, grants.
create table oidc_entry (
  model text not null,
  -- Hashed for what is itself a credential.
  id text not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  user_code text,
  account_id text,
  consumed_at timestamptz,
  expires_at timestamptz,
  primary key (model, id)
);
create index oidc_entry_grant on oidc_entry (grant_id) where grant_id is not null;
create index oidc_entry_uid on oidc_entry (uid) where uid is not null;
create index oidc_entry_user_code on oidc_entry (user_code) where user_code is not null;
create index oidc_entry_account on oidc_entry (account_id) where account_id is not null;
create index oidc_entry_expiry on oidc_entry (expires_at) where expires_at is not null;

-- Private keys, one per algorithm and generation; the first process to start makes them, all others read them.
create table signing_key (
  algorithm text not null,
  generation integer not null,
  private_jwk jsonb not null,
  created_at timestamptz not null,
  primary key (algorithm, generation)
);

-- Other secrets that all processes share, such as the one that signs cookies.
create table shared_secret (
  name text not null,
  generation integer not null,
  value text not null,
  created_at timestamptz not null,
  primary key (name, generation)
);

-- What ended before its time; token verifiers follow this by (xid, seq).
create table revocation (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null check (kind in ('token', 'grant', 'subject')),
  id text not null,
  at timestamptz not null,
  -- When the last token concerned has expired anyway.
  expires_at timestamptz not null
);
create index revocation_id on revocation (kind, id);
create index revocation_expiry on revocation (expires_at);

-- Attempts to sign in, counted per hour. `key` is a hash: names and addresses are not kept.
create table sign_in_count (
  key text primary key,
  attempts integer not null,
  window_ends_at timestamptz not null
);
create index sign_in_count_window on sign_in_count (window_ends_at);

-- Where an account signed in from lately: an attack from elsewhere does not lock its owner out there.
create table known_place (
  key text primary key,
  expires_at timestamptz not null
);
create index known_place_expiry on known_place (expires_at);
