// One process of the distributed profile: some services, their gRPC port, and health; whoever runs it restarts it.
import { checkTwoPhase } from '@polyclinic/records';
import { serveGrpc } from '@polyclinic/rpc';
import { METRICS_CONTENT_TYPE } from '@polyclinic/telemetry';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { prepareDemo } from './prepare-demo.ts';
import { createPresences } from './presences.ts';
import { publicDoor } from './public-door.ts';
import { bringUpToDate } from './schemas.ts';
import { SERVICE_NAMES } from './service-names.ts';
import { keepSettling } from './settle.ts';
import { onStopSignal } from './stop-signal.ts';
import { workloadKey } from './workload-key.ts';

const GRACE_MS = 10_000;

export async function runSingle(config: Config, say: (line: string) => void): Promise<void> {
  const signal = onStopSignal(() => process.exit(130));
  const database = await openDatabase(config, say);
  const key = workloadKey(config.data, config.workloadKey);
  await bringUpToDate(database.connection, config.services, say);
  const composed = await compose(config, { connection: database.connection, workloadKey: key, prepares: true });
  await checkTwoPhase(composed.pool);
  const grpc = await serveGrpc({
    services: composed.hosted,
    host: config.rpc.host,
    port: config.rpc.port ?? 0,
    workloadKey: key,
    now: composed.now,
  });
  const settling = keepSettling(composed.fhir, composed.log);
  let serving = true;
  const door = publicDoor(config, composed, {
    isServing: () => serving,
    presences: createPresences(SERVICE_NAMES, config.services, composed.reach),
    metrics: async () => ({ contentType: METRICS_CONTENT_TYPE, text: await composed.metrics.text() }),
  });
  if (config.demo) await prepareDemo(config, composed, say);
  await door.listen(config.host, config.port);
  say(`${config.services.join(', ')}: HTTP on ${config.host}:${config.port}, gRPC on ${config.rpc.host}:${grpc.port}`);
  say('ready');
  await signal;
  serving = false;
  say('Stopping …');
  settling.stop();
  await door.close(GRACE_MS);
  await grpc.stop(GRACE_MS / 2);
  await composed.close();
  await database.stop();
  process.exit(0);
}
