-- Letters that wait to be sent, and the links in them. A person's username is the e-mail address letters go to.

-- Whether an address belongs to anybody is looked at by whoever sends, never by whoever takes the order: so asking
-- for a letter looks and lasts the same for everybody.
create table letter_order (
  -- Also the letter's own id: a repeated attempt is the same letter.
  id uuid primary key,
  kind text not null,
  address text not null,
  details jsonb not null,
  -- What the link in it will prove; gone with the order as soon as the letter is sent.
  token text not null,
  attempts integer not null default 0,
  due_at timestamptz not null
);
create index letter_order_due on letter_order (due_at);

-- A link that was sent to an address, good once. Kept as a hash: whoever reads this table can't use it.
create table mailed_link (
  hash text primary key,
  purpose text not null,
  -- The mailbox that the link proves.
  address text not null,
  account_id text references account (id) on delete cascade,
  details jsonb not null,
  expires_at timestamptz not null
);
-- The newest of a kind is the only good one for its mailbox.
create unique index mailed_link_newest on mailed_link (address, purpose);
create index mailed_link_account on mailed_link (account_id) where account_id is not null;
create index mailed_link_expiry on mailed_link (expires_at);
