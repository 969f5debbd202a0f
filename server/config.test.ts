import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigFault, readConfig, unknownSettings } from './config.ts';
import { roster } from './roster.ts';
import { SERVICE_NAMES } from './service-names.ts';

const read = (env: Record<string, string>) => readConfig(env, SERVICE_NAMES, 2);
const faultsOf = (env: Record<string, string>): string => {
  try {
    read(env);
  } catch (error) {
    assert.ok(error instanceof ConfigFault);
    return error.message;
  }
  return assert.fail('it was accepted');
};
const DISTRIBUTED = {
  PROFILE: 'distributed',
  SERVICES: 'patients',
  DATABASE_URL: 'postgres://u:canary@127.0.0.1/db',
  POLYCLINIC_WORKLOAD_KEY: 'k'.repeat(40),
  POLYCLINIC_RPC_PORT: '8101',
};

test('without any setting one machine serves everything on loopback', () => {
  const config = read({});
  assert.equal(config.baseUrl, 'http://127.0.0.1:8080');
  assert.deepEqual(config.services, SERVICE_NAMES);
  assert.deepEqual([config.profile, config.demo, config.integrity, config.workers], ['embedded', true, 'on', 2]);
});

test('a wrong setting is named, and its value is not repeated', () => {
  assert.match(faultsOf({ PORT: 'http' }), /^PORT must be a whole number from 1 to 65535$/);
  assert.match(faultsOf({ PORT: '0' }), /^PORT/);
  assert.match(faultsOf({ POLYCLINIC_DEMO: 'yes' }), /^POLYCLINIC_DEMO must be on or off$/);
  assert.match(faultsOf({ POLYCLINIC_BASE_URL: 'clinic.example' }), /^POLYCLINIC_BASE_URL/);
  const short = faultsOf({ POLYCLINIC_WORKLOAD_KEY: 'canary' });
  assert.match(short, /POLYCLINIC_WORKLOAD_KEY/);
  assert.doesNotMatch(short, /canary/);
  assert.match(faultsOf({ SERVICES: 'patients,surgery', PROFILE: 'distributed' }), /SERVICES must be all, or names/);
});

test('demo mode stays on this machine', () => {
  assert.match(faultsOf({ POLYCLINIC_HOST: '0.0.0.0' }), /loopback/);
  assert.equal(read({ POLYCLINIC_HOST: '0.0.0.0', POLYCLINIC_DEMO: 'off' }).host, '0.0.0.0');
  assert.equal(read({ POLYCLINIC_HOST: '::1' }).baseUrl, 'http://[::1]:8080');
});

test('a process of its own needs to know where the others are', () => {
  const faults = faultsOf(DISTRIBUTED);
  assert.match(faults, /POLYCLINIC_ADDRESS_GATEWAY is needed/);
  assert.doesNotMatch(faults, /canary/);
  const addresses = Object.fromEntries(
    SERVICE_NAMES.filter((name) => name !== 'patients').map((name) => [
      `POLYCLINIC_ADDRESS_${name.toUpperCase()}`,
      'http://127.0.0.1:9',
    ]),
  );
  const config = read({ ...DISTRIBUTED, ...addresses });
  assert.deepEqual(config.services, ['patients']);
  assert.equal(config.addresses['visits'], 'http://127.0.0.1:9');
  for (const missing of ['DATABASE_URL', 'POLYCLINIC_WORKLOAD_KEY', 'POLYCLINIC_RPC_PORT'])
    assert.match(faultsOf({ ...DISTRIBUTED, ...addresses, [missing]: '' }), new RegExp(`^${missing} is needed`));
});

test('on one machine nothing is left out', () => {
  assert.match(faultsOf({ SERVICES: 'patients' }), /SERVICES must be all in the embedded profile/);
});

test('what looks like a setting but is none is told', () => {
  assert.deepEqual(unknownSettings({ POLYCLINIC_DMEO: 'off', POLYCLINIC_DEMO: 'off', PATH: '' }), ['POLYCLINIC_DMEO']);
});

test('the names known before the services are loaded are those of the roster', () => {
  assert.deepEqual(
    roster.map(({ name }) => name),
    SERVICE_NAMES,
  );
});
