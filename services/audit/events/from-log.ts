// Rows of version logs as happenings: every committed write is a row, so every write has its event.
import { createHash } from 'node:crypto';
import { patientsIn, readAuthor } from '@polyclinic/audit-trail';
import type { LogEntry } from '@polyclinic/kit';
import type { Happening } from './happening.ts';

/** @param content the version itself; of a deletion the one before, null where there is none */
export function happeningsOfWrite(source: string, entry: LogEntry, content: string | null): readonly Happening[] {
  const { clinic, type, id, version, operation, at, author } = entry;
  const named = content === null ? [] : patientsIn(content);
  const all = type === 'Patient' ? [...new Set([id, ...named])] : named;
  const patients: readonly (string | null)[] = all.length === 0 ? [null] : all;
  const place = placeOf(source, entry);
  return patients.map((patient, n) => ({
    ...{ id: n === 0 ? place : `${place}-${n}`, clinic, at, interaction: operation, outcome: '0' },
    ...readAuthor(author),
    ...{ patient, what: `${type}/${id}/_history/${version}`, query: '', requestId: '' },
  }));
}

/** The position in the log, not the id of the resource: it may be too long to be part of another. */
function placeOf(source: string, { clinic, type, id, version }: LogEntry): string {
  const key = JSON.stringify([source, clinic, type, id, version]);
  return `w-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}
