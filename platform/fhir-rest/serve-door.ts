// The door from inside: what other processes ask, carried out on what lives here.
import type { SearchQuery } from '@polyclinic/fhir/search';
import { type Context, type Offer, offer, refuse, type Subject } from '@polyclinic/kit';
import type { RemoteRecords, Visibility } from '@polyclinic/records';
import type { FhirApi } from './api.ts';
import { fhirDoor, type VisibilityOnTheWire } from './door.ts';
import { findHere, localParticipant } from './local-participant.ts';
import type { FhirParts } from './parts.ts';
import { readQuery } from './query-text.ts';
import { expectationOf, toWire } from './wire-values.ts';

/** What an engine answers others about its own types: `forOthers` of a records engine. */
export type SearchedByOthers = Omit<RemoteRecords, 'owns'>;

/** The offers of one service; all services of a process share its API and its engine. */
export function serveDoor(service: string, api: FhirApi, parts: FhirParts, engine: SearchedByOthers): readonly Offer[] {
  const door = fhirDoor(service);
  const eyes = (context: Context, asked: VisibilityOnTheWire) => narrowed(context.subject, asked);
  const query = (text: string): SearchQuery => readQuery(text, parts.local);
  return [
    offer(door.interact, (context, input) =>
      api.carryOut({ ...input, subject: context.subject, requestId: context.requestId }),
    ),
    offer(door.searchIds, async (context, input) => ({
      ids: await engine.ids(query(input.query), eyes(context, input.visibility), input.limit),
    })),
    offer(door.pointedTo, async (context, input) => ({
      references: await engine.pointedTo(
        query(input.query),
        input.parameter,
        eyes(context, input.visibility),
        input.limit,
      ),
    })),
    offer(door.readMany, async (context, input) => ({
      versions: (await engine.readMany(input.references, eyes(context, input.visibility))).map(toWire),
    })),
    offer(door.pointingTo, async (context, input) => {
      const visibility = eyes(context, input.visibility);
      const found = await engine.pointingTo(
        input.type,
        input.parameter ?? null,
        input.references,
        visibility,
        input.limit,
      );
      return { versions: found.map(toWire) };
    }),
    offer(door.findIds, async ({ subject }, { base, conditions }) => ({
      found: await findHere(parts, { subject, base }, conditions),
    })),
    offer(door.prepareEntries, async ({ subject }, { name, base, address, writes, guards, alongside }) => {
      const planned = writes.map((write) => ({
        ...write,
        resource: write.resource ?? null,
        expect: expectationOf(write.expect),
      }));
      const writer = { subject, base, ...(address !== undefined && { address }) };
      const results = await localParticipant(parts, writer).prepare(name, {
        writes: planned,
        guards,
        alongside,
      });
      return {
        results: results.map(({ at, kind, version }) => ({
          at,
          kind,
          ...(version !== null && { version: toWire(version) }),
        })),
      };
    }),
    offer(door.finishEntries, async (_context, { name, how }) => {
      await parts.records.finish(name, how);
      return {};
    }),
  ];
}

/** Another process may ask with fewer eyes than its caller has, never with those of another clinic. */
function narrowed(subject: Subject, asked: VisibilityOnTheWire): Visibility {
  if (asked.clinic !== subject.clinic) throw refuse('forbidden', 'a search runs in the clinic of its caller');
  const patients = asked.patients ?? null;
  // Whoever is limited to a patient stays so, whatever the asking process says.
  if (
    subject.patient !== undefined &&
    !isStaff(subject) &&
    (patients === null || patients.some((id) => id !== subject.patient))
  )
    throw refuse('forbidden', 'a search stays with the patient of its caller');
  return { clinic: asked.clinic, patients };
}

const isStaff = ({ roles }: Subject): boolean => roles.some((role) => role !== 'patient');
