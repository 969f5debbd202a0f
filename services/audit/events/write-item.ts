// An audit event ready to be appended to the service's log: text around its version, and what makes it findable.
import { compileExtractor } from '@polyclinic/fhir/search';
import type { WriteItem } from '@polyclinic/records';
import { auditEvent, profileOf } from './audit-event.ts';
import type { Happening } from './happening.ts';

/** Who writes the events; its own writes are not told again. */
export const APPENDER = 'audit';

const extract = compileExtractor('AuditEvent');

/** Writing it again changes nothing: the id is there already. */
export function writeItemFor(happening: Happening): WriteItem {
  const event = auditEvent(happening);
  const { resourceType, id, ...rest } = event;
  const profile = profileOf(happening);
  const told = profile === null ? '' : `,"profile":["${profile}"]`;
  return {
    key: { clinic: happening.clinic, type: resourceType, id },
    expect: { kind: 'absent' },
    author: APPENDER,
    body: {
      before: `{"resourceType":"AuditEvent","id":"${id}","meta":{`,
      after: `${told}},${JSON.stringify(rest).slice(1)}`,
    },
    index: extract(event, id),
  };
}
