-- What people are told of a clinic before they sign in, and whether patients may register themselves there.
create table clinic_door (
  clinic integer primary key check (clinic > 0),
  name text not null,
  self_registration boolean not null default false
);

-- Two clinics may ask the same mailbox at once.
alter table mailed_link add column clinic integer not null default 0;
drop index mailed_link_newest;
create unique index mailed_link_newest on mailed_link (address, purpose, clinic);
create index mailed_link_clinic on mailed_link (clinic) where clinic > 0;
create index membership_clinic on membership (clinic);
