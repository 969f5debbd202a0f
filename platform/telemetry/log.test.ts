import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, type LogFields } from './log.ts';

function listening(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  const log = createLog({ level, fields: { service: 'patients' }, to: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

test('a line says what happened, with the fields it was given', () => {
  const { log, last } = listening();
  log.with({ requestId: 'r1' }).info('answered', { status: 200, ms: 3 });
  const { time, ...said } = last();
  assert.deepEqual(said, { level: 'info', service: 'patients', requestId: 'r1', status: 200, ms: 3, msg: 'answered' });
  assert.equal(new Date(String(time)).toISOString(), time);
});

test('an unknown field, or a known one that holds an object, is left out', () => {
  const { log, lines } = listening();
  const patient = { name: [{ family: 'Canary' }] };
  log.info('stored', { patient, type: patient, name: 'Canary', status: 201 } as unknown as LogFields);
  assert.doesNotMatch(lines.join(), /Canary/);
  assert.match(lines.join(), /201/);
});

test('an error is told without the data that its message quotes', () => {
  const { log, lines, last } = listening();
  try {
    JSON.parse('"Canary');
  } catch (error) {
    log.error('defect', { error });
  }
  const fromDatabase = Object.assign(new Error('invalid input syntax: "Canary"'), { code: '22P02', detail: 'Canary' });
  log.error('defect', { error: new Error('a write failed', { cause: fromDatabase }) });
  assert.doesNotMatch(lines.join(), /Canary/);
  const { error } = last() as { error: { message: string; stack: string[]; cause: { code: string } } };
  assert.equal(error.message, 'a write failed');
  assert.equal(error.cause.code, '22P02');
  assert.match(error.stack[0] ?? '', /log\.test\.ts/);
});

test('what is below the level is not written', () => {
  const { log, lines } = listening();
  log.debug('detail');
  assert.equal(lines.length, 0);
});
