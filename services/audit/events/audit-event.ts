// A happening as a FHIR AuditEvent after IHE's Basic Audit Log Patterns. https://profiles.ihe.net/ITI/BALP/content.html
import { resourceTypes } from '@polyclinic/fhir';
import * as codes from './codes.ts';
import type { Happening } from './happening.ts';

const PROFILE = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';
const TYPES: ReadonlySet<string> = new Set(resourceTypes);

const ACTION: Readonly<Record<string, 'C' | 'R' | 'U' | 'D'>> = {
  create: 'C',
  read: 'R',
  vread: 'R',
  history: 'R',
  update: 'U',
  patch: 'U',
  delete: 'D',
};

const PATTERN: Readonly<Record<string, string>> = {
  create: 'Create',
  read: 'Read',
  vread: 'Read',
  update: 'Update',
  patch: 'Update',
  delete: 'Delete',
  search: 'Query',
};

type Element = Readonly<Record<string, unknown>>;

/** The event without `meta`. */
export function auditEvent(happening: Happening): Element & { readonly resourceType: string; readonly id: string } {
  const { id, interaction, at, outcome } = happening;
  const signsIn = interaction === 'login' || interaction === 'logout';
  return {
    ...{ resourceType: 'AuditEvent', id },
    type: signsIn ? codes.AUTHENTICATION : codes.RESTFUL,
    subtype: [subtypeOf(interaction)],
    action: ACTION[interaction] ?? 'E',
    ...{ recorded: at, outcome },
    agent: agentsOf(happening),
    source: { site: 'Polyclinic', observer: { display: 'Polyclinic' }, type: [codes.APPLICATION_SERVER] },
    ...(signsIn ? {} : { entity: entitiesOf(happening) }),
  };
}

/** The pattern an event follows, for meta.profile; null where there is none for it. Failures have none. */
export function profileOf({ interaction, outcome, patient, client, who }: Happening): string | null {
  const pattern = PATTERN[interaction];
  if (pattern === undefined || outcome !== '0' || client === '' || who === '') return null;
  return `${PROFILE}${patient === null ? '' : 'Patient'}${pattern}`;
}

function subtypeOf(interaction: string) {
  if (interaction === 'login') return codes.LOGIN;
  return interaction === 'logout' ? codes.LOGOUT : codes.restful(interaction);
}

/** Who gives and who receives: in a read the server gives, in all others the client does, searches among them. */
function agentsOf({ who, client, address, interaction }: Happening): Element[] {
  const serverGives = ['read', 'vread', 'history'].includes(interaction);
  const reads = serverGives || interaction === 'search' || interaction === 'operation';
  const agents: Element[] = [
    {
      type: { coding: [serverGives ? codes.SOURCE_ROLE : codes.DESTINATION_ROLE] },
      who: { display: 'Polyclinic' },
      requestor: false,
    },
    {
      type: { coding: [serverGives ? codes.DESTINATION_ROLE : codes.SOURCE_ROLE] },
      who: { display: client === '' ? 'unknown' : client },
      requestor: who === '',
      ...(address === '' ? {} : { network: { address, type: '2' } }),
    },
  ];
  if (who !== '')
    agents.push({
      type: { coding: [reads ? codes.RECIPIENT : codes.AUTHOR] },
      who: isReference(who) ? { reference: who } : { identifier: { value: who } },
      altId: who,
      requestor: true,
    });
  return agents;
}

function entitiesOf({ patient, what, interaction, query, requestId }: Happening): Element[] {
  const entities: Element[] = [];
  if (patient !== null)
    entities.push({
      what: { reference: `Patient/${patient}` },
      type: codes.PERSON,
      role: codes.PATIENT_ROLE,
    });
  if (what.includes('/'))
    entities.push({
      what: isReference(what) ? { reference: what } : { identifier: { value: what } },
      type: codes.SYSTEM_OBJECT,
      role: codes.RESOURCE_ROLE,
    });
  if (interaction === 'search' || query !== '')
    entities.push({
      type: codes.SYSTEM_OBJECT,
      role: codes.QUERY_ROLE,
      description: what === '' ? 'the whole system' : what,
      query: Buffer.from(query === '' ? what || '/' : `${what}?${query}`).toString('base64'),
    });
  if (requestId !== '') entities.push({ what: { identifier: { value: requestId } }, type: codes.REQUEST_ID });
  return entities;
}

const REFERENCE = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const isReference = (text: string): boolean => TYPES.has(REFERENCE.exec(text)?.[1] ?? '');
