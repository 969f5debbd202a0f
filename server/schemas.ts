// Which SQL makes the schema of each service: the log for whoever keeps records, then its own files.

import type { ServiceDeclaration } from '@polyclinic/kit';
import { recordsMigrations } from '@polyclinic/records';
import { roster } from './roster.ts';

export interface SchemaPlan {
  readonly schema: string;
  readonly folders: readonly string[];
}

export async function schemasOf(services: readonly string[]): Promise<SchemaPlan[]> {
  return roster
    .filter(({ name }) => services.includes(name))
    .map((service) => ({ schema: service.name, folders: foldersOf(service) }))
    .filter(({ folders }) => folders.length > 0);
}

/** Whether a service keeps a version log. */
export const keepsRecords = ({ owns, records }: ServiceDeclaration): boolean =>
  'rest' in owns || owns.length > 0 || records.length > 0;

function foldersOf(service: ServiceDeclaration): string[] {
  return [
    ...(keepsRecords(service) ? [recordsMigrations] : []),
    ...(service.migrations === undefined ? [] : [service.migrations]),
  ];
}
