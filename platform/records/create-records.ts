// The records engine: all logs and indexes of the services that live in this process, behind one door.
import type { Pool } from '@polyclinic/postgres';
import { createGatherer } from './gather.ts';
import { historyPage } from './history/history.ts';
import { readAcross } from './read/read-across.ts';
import { type ReadRequest, readLatest, readOneVersion } from './read/read-latest.ts';
import { createSearch, r4SearchModel, type SearchModel } from './search/index.ts';
import { compartmentOf as compartmentIn } from './search/scope.ts';
import { createStores, type Store, type StoreDeclaration, type Stores } from './stores.ts';
import { readTail } from './tail.ts';
import type { StoreState, TransactionSetting } from './transaction/in-transaction.ts';
import { createTransactions } from './transaction/transactions.ts';
import { finishPart, partName, partsInDoubt } from './transaction/two-phase.ts';
import type { Key, Records, RemoteRecords, Version, Visibility, WriteItem, WriteOutcome } from './types.ts';
import type { Compartment } from './visibility.ts';
import { createDictionary } from './write/dictionary.ts';
import { createGatheredWrites } from './write/gathered-writes.ts';
import { createHeadMemory } from './write/heads.ts';

export interface RecordsOptions {
  /** One per service of this process. Its types are FHIR's, with their committed numbers, and the service's own records. */
  readonly stores: readonly StoreDeclaration[];
  readonly pool: Pool;
  /** What search needs to know of FHIR; R4 as committed when absent. */
  readonly model?: Omit<SearchModel, 'schemaOf'>;
  readonly now: () => Date;
  /** Signs page links: the same in every process of a deployment. */
  readonly cursorSecret: string;
  /** Absent where every type lives here. */
  readonly remote?: RemoteRecords;
}

// More keys in one statement answer no faster; two statements at once keep both sides busy.
const READS = { most: 500, inFlight: 2, waiting: 20_000 };

/** The engine, and what it answers other processes whose searches reach into its types. */
export type RecordsEngine = Records & { readonly forOthers: Omit<RemoteRecords, 'owns'> };

/** @throws Error for stores that contradict each other or the model */
export function createRecords(options: RecordsOptions): RecordsEngine {
  const { stores: declared, pool, now, cursorSecret } = options;
  const stores = createStores(declared);
  const model = modelOf(stores, options.model ?? r4SearchModel);
  const compartments = new Map<string, Compartment>();
  const compartmentOf = (type: string) => {
    const known = compartments.get(type) ?? compartmentIn(model, type);
    compartments.set(type, known);
    return known;
  };
  const search = createSearch({ model, remote: options.remote ?? null, cursorSecret, pool });
  const states = new Map<Store, StoreState & Gathered>();
  for (const store of stores.all) {
    const state = { memory: createHeadMemory(), dictionary: createDictionary(store) };
    states.set(store, {
      ...state,
      read: createGatherer<ReadRequest, Version | null>({
        ...{ pool, ...READS },
        run: (connection, requests) => readLatest(connection, store, requests, compartmentOf),
      }),
      write: createGatheredWrites({ pool, store, ...state, now }),
    });
  }
  const stateOf = (store: Store) => states.get(store) as StoreState & Gathered;
  const setting: TransactionSetting = { pool, stores, stateOf, compartmentOf, search, now };
  const transactions = createTransactions(setting);
  // Workers of one service, and the next start after a crash, must find each other's prepared parts.
  const engine = stores.all.map(({ service }) => service).sort()[0] ?? 'none';

  return {
    types: stores.types,
    read: async (keys, visibility) =>
      Promise.all(keys.map((key) => stateOf(stores.of(key.type)).read({ key, visibility }))),
    readVersion: async (key, version, visibility) =>
      readOneVersion(pool, stores.of(key.type), { key, visibility }, version, compartmentOf),
    write: async (item) => stateOf(stores.of(item.key.type)).write(item),
    search: (query, visibility) => search.page(pool, query, visibility),
    history: async (query, visibility) =>
      historyPage({ sql: pool, stores, compartmentOf, cursorSecret }, query, visibility),
    transaction: (work) => transactions.commit(work),
    prepare: async (name, work) => transactions.prepare(partName(engine, name), work),
    finish: async (name, how) => finishPart(pool, partName(engine, name), how),
    inDoubt: (olderThanMs) => partsInDoubt(pool, engine, olderThanMs),
    tail: async (service, after, limit) => readTail(pool, stores.ofService(service), after, limit),
    forOthers: {
      ids: (query, visibility, limit) => search.ids(pool, query, visibility, limit),
      pointedTo: (query, code, visibility, limit) => search.pointedTo(pool, query, code, visibility, limit),
      pointingTo: (type, code, references, visibility, limit) =>
        search.pointingTo(pool, type, code, references, visibility, limit),
      async readMany(references, visibility) {
        const keys = references
          .map((reference) => keyOf(reference, visibility))
          .filter(({ type }) => stores.types.has(type));
        const versions = await readAcross(pool, stores, keys, visibility, compartmentOf);
        return versions.filter((version) => version !== null && version.content !== null) as Version[];
      },
    },
  };
}

function keyOf(reference: string, { clinic }: Visibility): Key {
  const slash = reference.indexOf('/');
  return { clinic, type: reference.slice(0, slash), id: reference.slice(slash + 1) };
}

/** FHIR as search knows it, and beside it the services' own kinds of records, which no compartment holds. */
function modelOf(stores: Stores, fhir: Omit<SearchModel, 'schemaOf'>): SearchModel {
  const fhirTypes = new Set(fhir.types);
  const numbers = new Map(stores.all.flatMap(({ typeNumbers }) => [...typeNumbers]));
  const names = new Map([...numbers].map(([name, number]) => [number, name]));
  for (const [type, number] of numbers)
    if (fhirTypes.has(type) ? fhir.typeNumber(type) !== number : number <= OWN_NUMBERS)
      throw new Error(`${type} can't have the number ${number}: another type has it, or ${type} has another one`);
  return {
    ...fhir,
    schemaOf: (type) => stores.find(type)?.schema ?? null,
    typeNumber: (type) => numbers.get(type) ?? fhir.typeNumber(type),
    typeName: (number) => names.get(number) ?? fhir.typeName(number),
    compartmentParameters: (compartment, type) =>
      fhirTypes.has(type) ? fhir.compartmentParameters(compartment, type) : [],
  };
}

// Numbers above it are for services' own records, those up to it for FHIR's types.
const OWN_NUMBERS = 1_000;

interface Gathered {
  readonly read: (request: ReadRequest) => Promise<Version | null>;
  readonly write: (item: WriteItem) => Promise<WriteOutcome>;
}
