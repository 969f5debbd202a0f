// The first start of a demo: its clinics are loaded once, its people can always sign in.
import { isReached, markReached } from '@polyclinic/gateway/service.ts';
import { ensureDemoIdentity } from '@polyclinic/identity/service.ts';
import type { Composed } from './compose.ts';
import type { Config } from './config.ts';
import { type DemoPart, loadDemo } from './demo.ts';

const MILESTONE = 'demo loaded';
const SEED = 1;

export async function prepareDemo(config: Config, composed: Composed, say: (line: string) => void): Promise<void> {
  const { DEMO_CLINICS, DEMO_PEOPLE, generateDemo, toBundle } = await import('../tools/seed/index.ts');
  // Where the gateway runs, as it reaches every owner; a demo process for each service loads it once all the same.
  if (config.services.includes('gateway') && !(await isReached(composed.pool, MILESTONE))) {
    const today = composed.now().toISOString().slice(0, 10);
    const parts = [...generateDemo({ seed: SEED, today })].map(
      ({ clinic, title, resources }): DemoPart => ({
        clinic,
        title,
        size: resources.length,
        bundle: JSON.stringify(toBundle(resources)),
      }),
    );
    const total = parts.reduce((sum, { size }) => sum + size, 0);
    await loadDemo(parts, total, composed.fhir.api.handle, say);
    await markReached(composed.pool, MILESTONE);
  }
  if (composed.identity !== null) {
    const { doctor, nurse, office, admin, patient, clinic } = DEMO_PEOPLE;
    const clinicName = DEMO_CLINICS.find(({ number }) => number === clinic)?.name ?? 'Demo clinic';
    await ensureDemoIdentity(composed.identity, {
      // The port people reach us by, whichever process this is.
      ...{ port: Number(new URL(config.baseUrl).port || 80), clinic, clinicName },
      ...{ doctor: idOf(doctor), nurse: idOf(nurse), office: idOf(office), admin: idOf(admin), patient: idOf(patient) },
    });
  }
}

/** `Practitioner/x` is x. */
const idOf = (reference: string): string => reference.slice(reference.indexOf('/') + 1);
