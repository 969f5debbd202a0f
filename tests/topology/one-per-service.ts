// Every service as a process of its own, over gRPC, on one PostgreSQL server with a schema and a role for each.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPool,
  type EmbeddedServer,
  ensureDatabase,
  ensureExtensions,
  ensureRoles,
  roleOf,
  rolePassword,
  startEmbedded,
} from '@polyclinic/postgres';
import { type Launched, launch } from '@polyclinic/testing';
import { SERVICE_NAMES } from '../../server/service-names.ts';
import type { Topology } from './topology.ts';

export interface Separate extends Topology {
  readonly processes: ReadonlyMap<string, Launched>;
  /** Starts a service again that was stopped or killed. */
  restart(service: string): Promise<void>;
}

const DATABASE = 'polyclinic';

/** Takes `firstPort` for the gateway and the next 27 ports for everything else. */
export async function startOnePerService(firstPort: number): Promise<Separate> {
  const folder = mkdtempSync(join(tmpdir(), 'polyclinic-topology-'));
  const databasePort = firstPort + 27;
  const server = await startEmbedded({ folder: join(folder, 'postgres'), port: databasePort });
  const secret = randomBytes(32).toString('base64url');
  const environments = await environmentsFor({ server, secret, firstPort, databasePort, folder });
  const processes = new Map<string, Launched>();
  const start = async (service: string): Promise<void> => {
    processes.set(service, await launch('server/main.ts', environments.get(service)!));
  };
  const stop = async () => {
    await Promise.all([...processes.values()].map((each) => each.stop()));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // The gateway comes last: it loads the demo through all others.
    await Promise.all(SERVICE_NAMES.filter((service) => service !== 'gateway').map(start));
    await start('gateway');
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${firstPort}`, processes, restart: start, stop };
}

interface Ground {
  readonly server: EmbeddedServer;
  readonly secret: string;
  readonly firstPort: number;
  readonly databasePort: number;
  readonly folder: string;
}

async function environmentsFor({ server, secret, firstPort, databasePort, folder }: Ground) {
  await ensureDatabase(server.connection('postgres'), DATABASE);
  const admin = createPool({ connection: server.connection(DATABASE), name: 'topology' });
  try {
    await ensureExtensions(admin);
    await ensureRoles(
      admin,
      SERVICE_NAMES.map((service) => ({ service, password: rolePassword(secret, service) })),
    );
  } finally {
    await admin.end();
  }
  const httpPort = (service: string) => firstPort + SERVICE_NAMES.indexOf(service);
  const rpcPort = (service: string) => firstPort + SERVICE_NAMES.length + SERVICE_NAMES.indexOf(service);
  const addresses = Object.fromEntries(
    SERVICE_NAMES.map((service) => [
      `POLYCLINIC_ADDRESS_${service.toUpperCase()}`,
      `http://127.0.0.1:${rpcPort(service)}`,
    ]),
  );
  return new Map(
    SERVICE_NAMES.map((service) => [
      service,
      {
        ...addresses,
        PROFILE: 'distributed',
        SERVICES: service,
        PORT: String(httpPort(service)),
        POLYCLINIC_RPC_PORT: String(rpcPort(service)),
        POLYCLINIC_BASE_URL: `http://127.0.0.1:${firstPort}`,
        POLYCLINIC_IDENTITY_URL: `http://127.0.0.1:${httpPort('identity')}`,
        POLYCLINIC_WORKLOAD_KEY: secret,
        POLYCLINIC_DATA: join(folder, service),
        POLYCLINIC_DATABASE_CONNECTIONS: '4',
        DATABASE_URL: `postgres://${roleOf(service)}:${rolePassword(secret, service)}@127.0.0.1:${databasePort}/${DATABASE}`,
      },
    ]),
  );
}
