// What people are told of clinics before they sign in.
import type { IdentityStore } from '../store.ts';

export interface ClinicDoor {
  readonly clinic: number;
  readonly name: string;
  readonly selfRegistration: boolean;
}

/** More fit no page; a group of clinics that big registers its patients itself. */
const MOST = 200;

/** Those where patients may register themselves, by name. */
export async function openDoors({ sql }: IdentityStore): Promise<ClinicDoor[]> {
  const { rows } = await sql.query<ClinicDoor>(
    `select clinic, name, self_registration as "selfRegistration"
       from identity.clinic_door where self_registration order by name, clinic limit $1`,
    [MOST],
  );
  return rows;
}

/** Before anybody set it up, a clinic has a number for a name, and patients can't register themselves. */
export async function doorOf({ sql }: IdentityStore, clinic: number): Promise<ClinicDoor> {
  const { rows } = await sql.query<ClinicDoor>(
    `select clinic, name, self_registration as "selfRegistration" from identity.clinic_door where clinic = $1`,
    [clinic],
  );
  return rows[0] ?? { clinic, name: `Clinic ${clinic}`, selfRegistration: false };
}
