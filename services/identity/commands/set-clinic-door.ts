// A clinic's name for people who don't sign in yet, and whether patients may register themselves.
import type { ClinicDoor } from '../queries/clinic-doors.ts';
import type { IdentityStore } from '../store.ts';

export async function setClinicDoor({ sql }: IdentityStore, door: ClinicDoor): Promise<void> {
  await sql.query(
    `insert into identity.clinic_door (clinic, name, self_registration) values ($1, $2, $3)
     on conflict (clinic) do update set name = excluded.name, self_registration = excluded.self_registration`,
    [door.clinic, door.name, door.selfRegistration],
  );
}
