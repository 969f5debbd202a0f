// What the audit service has to ask others for, as the platform itself and without a trace of its own.
import type { LogEntry, Subject } from '@polyclinic/kit';
import type { FhirSide } from './fhir-side.ts';
import { platformCaller } from './reach.ts';

/** What a deleted resource was, which alone says whom it was about; null where it was never there. */
export async function contentBefore(fhir: FhirSide, entry: LogEntry): Promise<string | null> {
  if (entry.version === 1) return null;
  return look(fhir, entry.clinic, `/${entry.type}/${entry.id}/_history/${entry.version - 1}`);
}

/** The names that people are known by; whoever has none, or is gone, is left out. */
export async function namesOf(
  fhir: FhirSide,
  clinic: number,
  references: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  await Promise.all(
    references.map(async (reference) => {
      const name = nameIn(await look(fhir, clinic, `/${reference}`));
      if (name !== '') names.set(reference, name);
    }),
  );
  return names;
}

interface Named {
  readonly name?: readonly { readonly text?: string; readonly given?: readonly string[]; readonly family?: string }[];
}

function nameIn(content: string | null): string {
  const [name] = content === null ? [] : ((JSON.parse(content) as Named).name ?? []);
  return name?.text ?? [...(name?.given ?? []), name?.family ?? ''].join(' ').trim();
}

/** @throws Error where it is not known at the moment, so that whoever asks tries again */
async function look({ api }: FhirSide, clinic: number, path: string): Promise<string | null> {
  const subject: Subject = { ...platformCaller('audit').subject, clinic, scopes: ['system/*.rs'] };
  const { status, body } = await api.carryOut({
    ...{ method: 'GET', path, query: '', headers: {}, body: '', base: '', subject, requestId: 'audit-itself' },
  });
  if (status >= 500 || status === 429) throw new Error(`the owner of what was changed answered ${status}`);
  return status === 200 ? body : null;
}
