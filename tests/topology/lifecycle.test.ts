// Starting, stopping and surviving, as an operator meets it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { descendantsOf, eventually, launch, systemToken } from '@polyclinic/testing';

const PORT = 8150;
const URL = `http://127.0.0.1:${PORT}`;
const folder = mkdtempSync(join(tmpdir(), 'polyclinic-lifecycle-'));
const ENV = { PORT: String(PORT), POLYCLINIC_DATA: folder, POLYCLINIC_WORKERS: '2' };
after(() => rmSync(folder, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};
/** How a process was started; '' when it has ended meanwhile, as database processes often do. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
/** The processes that answer requests. */
const workersOf = (pid: number): number[] =>
  descendantsOf(pid).filter((each) => commandOf(each).includes('server/main.ts'));

/** Runs the platform to its end, which a wrong start reaches at once. */
const failedStart = (env: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['server/main.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, output: stdout + stderr };
};

test('it starts, tells how to get in, stops within 20 s, and starts again within 10 s with everything in it', async () => {
  const first = await launch('server/main.ts', ENV);
  assert.match(first.output(), /Loading the demo clinics … 100 %/);
  assert.match(first.output(), /doctor@demo\.clinic[\s\S]*polyclinic-demo/);
  assert.equal(first.output().match(/^ready$/gm)?.length, 1);
  const headers = { authorization: `Bearer ${await systemToken(URL)}`, 'content-type': 'application/fhir+json' };
  const made = await fetch(`${URL}/fhir/R4/Patient`, { method: 'POST', headers, body: '{"resourceType":"Patient"}' });
  const { id } = (await made.json()) as { id: string };
  const all = descendantsOf(first.pid);
  assert.ok(all.length > 5);
  const stopping = performance.now();
  assert.equal(await first.stop(), 0);
  assert.ok(performance.now() - stopping < 20_000);
  assert.deepEqual(all.filter(isAlive), []);

  const starting = performance.now();
  const second = await launch('server/main.ts', ENV);
  assert.ok(performance.now() - starting < 10_000);
  assert.doesNotMatch(second.output(), /Loading/);
  // Keys last over a restart, so tokens do too.
  assert.equal((await fetch(`${URL}/fhir/R4/Patient/${id}`, { headers })).status, 200);
  assert.equal(await second.stop(), 0);
});

test('a crashed worker is replaced while requests go on', async (t) => {
  const platform = await launch('server/main.ts', ENV);
  t.after(() => platform.stop());
  const headers = { authorization: `Bearer ${await systemToken(URL)}` };
  const [victim] = workersOf(platform.pid);
  let answered = 0;
  let broken = 0;
  let asking = true;
  const asker = (async () => {
    while (asking)
      await fetch(`${URL}/fhir/R4/Patient/harbor-ana`, { headers }).then(
        async (answer) => {
          await answer.text();
          assert.equal(answer.status, 200);
          answered += 1;
        },
        () => {
          broken += 1;
        },
      );
  })();
  await eventually(() => answered > 50);
  process.kill(victim!, 'SIGKILL');
  const before = answered;
  await eventually(() => answered > before + 50);
  const workers = await eventually(() => {
    const now = workersOf(platform.pid);
    return now.length === 2 && !now.includes(victim!) ? now : null;
  });
  asking = false;
  await asker;
  assert.equal(workers.length, 2);
  // What was under way in the killed worker is lost with it; nothing after that.
  assert.ok(broken <= 3, `${broken} requests failed`);
  assert.match(platform.output(), /A worker ended \(SIGKILL\)/);
});

test('a killed database comes back by itself, with everything that was acknowledged', async (t) => {
  const platform = await launch('server/main.ts', ENV);
  t.after(() => platform.stop());
  const headers = { authorization: `Bearer ${await systemToken(URL)}`, 'content-type': 'application/fhir+json' };
  const create = () => fetch(`${URL}/fhir/R4/Patient`, { method: 'POST', headers, body: '{"resourceType":"Patient"}' });
  const acknowledged: string[] = [];
  const strange: number[] = [];
  let creating = true;
  const creator = (async () => {
    while (creating) {
      const answer = await create();
      const body = (await answer.json()) as { id: string };
      if (answer.status === 201) acknowledged.push(body.id);
      else if (answer.status !== 503) strange.push(answer.status);
    }
  })();
  await eventually(() => acknowledged.length > 20);
  const postmaster = descendantsOf(platform.pid).find((pid) => /postgres\0-D/.test(commandOf(pid)));
  process.kill(postmaster!, 'SIGKILL');
  const before = acknowledged.length;
  await eventually(() => acknowledged.length > before + 20, { withinMs: 20_000 });
  creating = false;
  await creator;
  assert.deepEqual(strange, [], 'while it was away every answer was 503');
  for (const id of acknowledged) assert.equal((await fetch(`${URL}/fhir/R4/Patient/${id}`, { headers })).status, 200);
});

test('the numbers of all workers are added up', async (t) => {
  const platform = await launch('server/main.ts', ENV);
  t.after(() => platform.stop());
  for (let n = 0; n < 20; n += 1)
    await (await fetch(`${URL}/health/live`, { headers: { connection: 'close' } })).text();
  const text = await (await fetch(`${URL}/metrics`)).text();
  const counted =
    /polyclinic_http_request_seconds_count\{route="\/health\/live",method="GET",status="200"\} (\d+)/.exec(text);
  assert.equal(Number(counted?.[1]), 20);
});

test('a killed supervisor leaves nobody behind who answers, and the next start recovers', async (t) => {
  const platform = await launch('server/main.ts', ENV);
  t.after(() => platform.kill());
  const workers = workersOf(platform.pid);
  process.kill(platform.pid, 'SIGKILL');
  await eventually(() => workers.every((pid) => !isAlive(pid)));
  const next = await launch('server/main.ts', ENV);
  assert.equal((await fetch(`${URL}/health/ready`)).status, 200);
  assert.equal(await next.stop(), 0);
});

test('a second Ctrl-C does not wait', async (t) => {
  const platform = await launch('server/main.ts', ENV);
  t.after(() => platform.kill());
  const all = descendantsOf(platform.pid);
  const ended = new Promise<void>((resolve) => platform.child.once('exit', () => resolve()));
  platform.child.kill('SIGINT');
  platform.child.kill('SIGINT');
  await ended;
  await eventually(() => all.every((pid) => !isAlive(pid)));
});

test('a taken port, a taken folder and a wrong setting are each told in one sentence', async (t) => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(PORT, '127.0.0.1', () => listening()));
  const taken = failedStart(ENV);
  await new Promise((closed) => other.close(closed));
  assert.equal(taken.status, 1);
  assert.match(taken.output, /^Port 8150 on 127\.0\.0\.1 is taken by another program; [^\n]*\n$/);

  const wrong = failedStart({ ...ENV, POLYCLINIC_DEMO: 'canary', DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/x' });
  assert.equal(wrong.status, 1);
  assert.match(wrong.output, /^POLYCLINIC_DEMO must be on or off\.\n$/);

  const open = failedStart({ ...ENV, POLYCLINIC_HOST: '0.0.0.0' });
  assert.equal(open.status, 1);
  assert.match(open.output, /loopback/);

  const platform = await launch('server/main.ts', ENV);
  t.after(() => platform.stop());
  const second = failedStart({ ...ENV, PORT: String(PORT + 1) });
  assert.equal(second.status, 1);
  assert.doesNotMatch(second.output, /\n\s+at /);
  assert.equal((await fetch(`${URL}/health/ready`)).status, 200, 'the first one is not harmed');
});

test('a database that does not answer is told without its password', () => {
  const absent = failedStart({ ...ENV, DATABASE_URL: 'postgres://someone:canary@127.0.0.1:1/x' });
  assert.equal(absent.status, 1);
  assert.match(
    absent.output,
    /The database of DATABASE_URL at 127\.0\.0\.1:1 can't be reached or used \(ECONNREFUSED\)\.\n$/,
  );
});
