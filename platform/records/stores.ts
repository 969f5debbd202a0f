// Which schema holds which types: one store per service that lives in this engine.
import { refuse } from '@polyclinic/kit';

/** One service's schema and the types it owns, with their committed numbers. */
export interface StoreDeclaration {
  readonly service: string;
  readonly schema: string;
  readonly types: Readonly<Record<string, number>>;
}

export interface Store {
  readonly service: string;
  /** Quoted, ready to stand before a table's name. */
  readonly schema: string;
  /** Its place among the engine's stores: breaks ties where positions of several logs meet. */
  readonly place: number;
  readonly typeNumbers: ReadonlyMap<string, number>;
  readonly typeNames: ReadonlyMap<number, string>;
}

export interface Stores {
  readonly all: readonly Store[];
  readonly types: ReadonlySet<string>;
  /** @throws Refusal where no store here holds the type */
  of(type: string): Store;
  /** null where another process owns the type. */
  find(type: string): Store | null;
  /** @throws Error for a service that has no store here */
  ofService(service: string): Store;
}

// Schema names come from the roster, yet they end up in SQL text: letters, digits and underscores only.
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/** @throws Error for a name that is no plain identifier or a type that has two stores */
export function createStores(declarations: readonly StoreDeclaration[]): Stores {
  const byType = new Map<string, Store>();
  const byService = new Map<string, Store>();
  declarations.forEach(({ service, schema, types }, place) => {
    if (!SCHEMA.test(schema)) throw new Error(`${schema} can't be the name of a schema`);
    const typeNumbers = new Map(Object.entries(types));
    const typeNames = new Map([...typeNumbers].map(([name, number]) => [number, name]));
    if (typeNames.size !== typeNumbers.size) throw new Error(`two types of ${service} have the same number`);
    const store: Store = { service, schema: `"${schema}"`, place, typeNumbers, typeNames };
    if (byService.has(service)) throw new Error(`${service} has two stores`);
    byService.set(service, store);
    for (const type of typeNumbers.keys()) {
      if (byType.has(type)) throw new Error(`${type} is held by ${byType.get(type)?.service} and by ${service}`);
      byType.set(type, store);
    }
  });
  return {
    all: [...byService.values()],
    types: new Set(byType.keys()),
    find: (type) => byType.get(type) ?? null,
    of(type) {
      const store = byType.get(type);
      if (store === undefined) throw refuse('not-supported', `${type} is not kept here`);
      return store;
    },
    ofService(service) {
      const store = byService.get(service);
      if (store === undefined) throw new Error(`${service} keeps no records here`);
      return store;
    },
  };
}

/** The number of a type in its store. */
export function numberOf(store: Store, type: string): number {
  const number = store.typeNumbers.get(type);
  if (number === undefined) throw new Error(`${type} is not kept by ${store.service}`);
  return number;
}

/** The name behind a stored type number. */
export function nameOf(store: Store, number: number): string {
  const name = store.typeNames.get(number);
  if (name === undefined) throw new Error(`${store.service} keeps a type numbered ${number} that nobody declares`);
  return name;
}
