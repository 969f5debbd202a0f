// A service's table of contents, as plain data. What is not listed here can't be called, published or served.
import type { EventDeclaration, Reaction } from './event.ts';
import type { Offer, Operation } from './operation.ts';
import type { Schema } from './schema.ts';

/** A kind of record that FHIR has no type for (User, Clinic): same log, same history, own schema. */
export interface RecordType {
  readonly name: string;
  readonly about: string;
  readonly schema: Schema<unknown>;
  /** A number over 1000 that is never used for anything else: it is stored in every key. */
  readonly number: number;
}

export interface Permission {
  /** `polyclinic:<resource>:<read|write|*>` */
  readonly name: string;
  readonly about: string;
}

export interface Setting {
  /** The environment variable. */
  readonly name: string;
  readonly about: string;
  readonly default?: string;
  readonly secret?: boolean;
}

export interface ServiceDeclaration {
  readonly name: string;
  /** One sentence: why this service exists. */
  readonly purpose: string;
  /** The FHIR types it owns; each R4 type has exactly one owner. 'rest' takes every type nobody else names. */
  readonly owns: readonly string[] | { readonly named: readonly string[]; readonly rest: true };
  readonly records: readonly RecordType[];
  readonly permissions: readonly Permission[];
  readonly offers: readonly Offer[];
  readonly calls: readonly Operation<unknown, unknown>[];
  readonly publishes: readonly EventDeclaration[];
  readonly reacts: readonly Reaction[];
  readonly settings: readonly Setting[];
  /** Folder of its own numbered SQL migrations beside the log's, absolute, if it has any. */
  readonly migrations?: string;
}

/** Declares a service; everything but name, purpose and owns may be left out. */
export function defineService(
  declared: Pick<ServiceDeclaration, 'name' | 'purpose' | 'owns'> & Partial<ServiceDeclaration>,
): ServiceDeclaration {
  return {
    records: [],
    permissions: [],
    offers: [],
    calls: [],
    publishes: [],
    reacts: [],
    settings: [],
    ...declared,
  };
}

/** The FHIR types each service owns, 'rest' resolved. @throws Error when a type has no owner or two. */
export function ownersOf(services: readonly ServiceDeclaration[], allTypes: readonly string[]): Map<string, string> {
  const owners = new Map<string, string>();
  const known = new Set(allTypes);
  for (const service of services)
    for (const type of 'rest' in service.owns ? service.owns.named : service.owns) {
      const other = owners.get(type);
      if (other !== undefined) throw new Error(`${type} is owned by both ${other} and ${service.name}`);
      if (!known.has(type)) throw new Error(`${service.name} owns ${type}, which is no FHIR R4 resource type`);
      owners.set(type, service.name);
    }
  const rest = services.filter((service) => 'rest' in service.owns);
  if (rest.length > 1) throw new Error(`both ${rest[0]?.name} and ${rest[1]?.name} own the rest of R4`);
  for (const type of allTypes)
    if (!owners.has(type)) {
      const owner = rest[0]?.name;
      if (owner === undefined) throw new Error(`${type} has no owner`);
      owners.set(type, owner);
    }
  return owners;
}
