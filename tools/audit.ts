// `npm run audit -- verify`: whether the audit log is still what was recorded and signed; names the first row that is not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointPath, publicKeyPath, verifyTrail } from '@polyclinic/audit/service.ts';
import { type Connection, connectionToRunning, createPool, parseDatabaseUrl } from '@polyclinic/postgres';
import { readConfig } from '../server/config.ts';
import { SERVICE_NAMES } from '../server/service-names.ts';

const [command, ...more] = process.argv.slice(2);
if (command !== 'verify' || more.length > 0) {
  console.error('Usage: npm run audit -- verify');
  process.exit(2);
}

const { data, databaseUrl } = readConfig(process.env, SERVICE_NAMES, 1);
const folder = join(data, 'audit');
if (!existsSync(publicKeyPath(folder))) {
  console.error(`There are no checkpoints in ${folder}; set POLYCLINIC_DATA to the data folder of the platform.`);
  process.exit(2);
}
// Before the log: what is signed meanwhile would seem to be missing from it.
const checkpoints = existsSync(checkpointPath(folder)) ? readFileSync(checkpointPath(folder), 'utf8') : '';
const connection: Connection =
  databaseUrl === null
    ? { ...connectionToRunning(join(data, 'postgres')), database: 'polyclinic' }
    : parseDatabaseUrl(databaseUrl);
const pool = createPool({ connection, name: 'polyclinic audit', max: 1 });
try {
  const began = performance.now();
  const { rows, signed, flaw } = await verifyTrail(pool, checkpoints, readFileSync(publicKeyPath(folder), 'utf8'));
  const seconds = (performance.now() - began) / 1_000;
  if (flaw === null) {
    console.log(`The audit log is whole: ${rows} rows checked in ${seconds.toFixed(1)} s, ${signed} of them signed.`);
  } else {
    console.error(`The audit log was tampered with (${flaw.kind}). ${flaw.about}`);
    process.exitCode = 1;
  }
} finally {
  await pool.end();
}
