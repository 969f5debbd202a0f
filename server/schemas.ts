// The schema of each service that lives here: the log for whoever keeps records, then the service's own files.
import type { ServiceDeclaration } from '@polyclinic/kit';
import { type Connection, createPool, migrate } from '@polyclinic/postgres';
import { recordsMigrations } from '@polyclinic/records';
import { roster } from './roster.ts';

/** Runs the migrations that are missing, each service's in its own schema. */
export async function bringUpToDate(
  connection: Connection,
  services: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const pool = createPool({ connection, name: 'polyclinic migrations', max: 2 });
  let files = 0;
  try {
    for (const service of roster.filter(({ name }) => services.includes(name))) {
      const folders = foldersOf(service);
      if (folders.length > 0) files += (await migrate({ pool, schema: service.name, folders })).length;
    }
  } finally {
    await pool.end();
  }
  if (files > 0) say(`The schemas are up to date (${files} steps).`);
}

/** Whether a service keeps a version log. */
export const keepsRecords = ({ owns, records }: ServiceDeclaration): boolean =>
  'rest' in owns || owns.length > 0 || records.length > 0;

// A reader keeps its position and what it set aside beside the log, in its own service's schema.
const foldersOf = (service: ServiceDeclaration): string[] => [
  ...(keepsRecords(service) || service.reacts.length > 0 ? [recordsMigrations] : []),
  ...(service.migrations === undefined ? [] : [service.migrations]),
];
