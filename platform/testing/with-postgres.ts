// A real PostgreSQL for the tests of one file: started on first use, on a socket and folder of its own, gone afterwards.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import {
  type Connection,
  copyDatabase,
  createPool,
  type EmbeddedServer,
  ensureDatabase,
  ensureExtensions,
  isAlive,
  isClaimed,
  type Pool,
  startEmbedded,
  stopAbandoned,
} from '@polyclinic/postgres';

export interface TestDatabase {
  readonly connection: Connection;
  readonly pool: Pool;
}

export interface TestServer {
  connection(database?: string): Connection;
  /**
   * An empty database with the extensions in it. What `prepare` does (migrations, say) is done once per file and
   * copied for each further database, so pass the same function each time.
   */
  freshDatabase(prepare?: (pool: Pool) => Promise<unknown>): Promise<TestDatabase>;
}

const HOME = join(tmpdir(), 'polyclinic-tests');

// A hook belongs to the test that is running when it is set; the server belongs to the file.
const inFile = AsyncLocalStorage.snapshot();

let shared: Promise<TestServer> | undefined;

/** The server of this test process. Call it at the top of the file or inside a test; it stops by itself. */
export function withPostgres(): Promise<TestServer> {
  shared ??= start();
  return shared;
}

async function start(): Promise<TestServer> {
  await sweep();
  const folder = join(HOME, `${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const server = await startEmbedded({
    folder: join(folder, 'postgres'),
    // The tests of one file need little, and a power cut during them loses nothing worth keeping.
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      shared_buffers: '32MB',
      max_wal_size: '256MB',
      min_wal_size: '64MB',
    },
  });
  const pools: Pool[] = [];
  const kill = () => process.kill(server.pid, 'SIGKILL');
  process.once('exit', kill);
  inFile(after, async () => {
    process.off('exit', kill);
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return databases(server, pools);
}

function databases(server: EmbeddedServer, pools: Pool[]): TestServer {
  const templates = new Map<unknown, Promise<string>>();
  let made = 0;
  const template = (prepare?: (pool: Pool) => Promise<unknown>): Promise<string> => {
    const known = templates.get(prepare);
    if (known !== undefined) return known;
    const making = makeTemplate(server, `template_${templates.size}`, prepare);
    templates.set(prepare, making);
    return making;
  };
  // Copies go one after the other: a template may have one reader at a time.
  let last: Promise<unknown> = Promise.resolve();
  return {
    connection: server.connection,
    freshDatabase: async (prepare) => {
      const from = await template(prepare);
      made += 1;
      const connection = server.connection(`test_${made}`);
      const copying = last.then(() => copyDatabase(server.connection('postgres'), from, connection.database));
      last = copying.catch(() => {});
      await copying;
      const pool = createPool({ connection, name: 'test' });
      pools.push(pool);
      return { connection, pool };
    },
  };
}

async function makeTemplate(
  server: EmbeddedServer,
  name: string,
  prepare?: (pool: Pool) => Promise<unknown>,
): Promise<string> {
  await ensureDatabase(server.connection('postgres'), name);
  const pool = createPool({ connection: server.connection(name), name: 'prepare' });
  try {
    await ensureExtensions(pool);
    await prepare?.(pool);
  } finally {
    await pool.end();
  }
  return name;
}

// What killed test runs left behind.
async function sweep(): Promise<void> {
  if (!existsSync(HOME)) return;
  for (const name of readdirSync(HOME)) {
    const cluster = join(HOME, name, 'postgres');
    const starter = Number(name.split('-')[0]);
    if (isClaimed(cluster) || (!existsSync(`${cluster}.owner`) && isAlive(starter))) continue;
    await stopAbandoned(cluster);
    rmSync(join(HOME, name), { recursive: true, force: true });
  }
}
