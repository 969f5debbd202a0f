// The limit: a bare node:http server with the same durable SQL (log row and index row, gathered) and no FHIR at all.
// What Polyclinic reaches of this is the price of being a FHIR platform.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createPool, startEmbedded } from '@polyclinic/postgres';
import { gather } from './gather.ts';
import { layTables, READ, WRITE } from './sql.ts';

const data = process.env['POLYCLINIC_DATA'] ?? './data';
await mkdir(data, { recursive: true });
const postgres = await startEmbedded({ folder: join(data, 'postgres') });
const pool = createPool({ connection: postgres.connection(), max: 4, name: 'limit' });
await layTables(pool);

const read = gather<string, string | null>(async (ids) => {
  const { rows } = await pool.query<{ n: string; content: string }>({ name: 'read', text: READ, values: [ids] });
  const found: (string | null)[] = ids.map(() => null);
  for (const { n, content } of rows) found[Number(n) - 1] = content;
  return found;
});

interface Write {
  readonly id: string;
  readonly version: number;
  readonly content: string;
}

const write = gather<Write, boolean>(async (items) => {
  const values = [items.map((it) => it.id), items.map((it) => it.version), items.map((it) => it.content)];
  await pool.query({ name: 'write', text: WRITE, values });
  return items.map(() => true);
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const versions = new Map<string, number>();

const server = createServer(async (request, response) => {
  try {
    const id = (request.url ?? '').slice(1);
    if (request.method === 'GET') {
      const content = await read(id);
      response.writeHead(content === null ? 404 : 200, { 'content-type': 'application/json' }).end(content ?? '');
      return;
    }
    const content = await bodyOf(request);
    const target = request.method === 'POST' ? randomUUID() : id;
    const version = (versions.get(target) ?? 0) + 1;
    versions.set(target, version);
    await write({ id: target, version, content });
    response.writeHead(201, { location: `/${target}`, 'content-type': 'application/json' }).end(content);
  } catch {
    response.writeHead(500).end();
  }
});
server.listen(Number(process.env['PORT'] ?? 8192), '127.0.0.1', () => console.log('ready'));

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await pool.end();
  await postgres.stop();
  process.exit(0);
});
