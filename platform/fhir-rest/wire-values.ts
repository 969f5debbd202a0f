// Versions and expectations as they cross between processes: nothing is ever null there.
import { refuse } from '@polyclinic/kit';
import type { Expectation, Version } from '@polyclinic/records';
import type { VersionOnTheWire } from './door.ts';

export const toWire = ({ content, ...version }: Version): VersionOnTheWire =>
  content === null ? version : { ...version, content };

export const fromWire = ({ content, ...version }: VersionOnTheWire): Version => ({
  ...version,
  content: content ?? null,
});

export const expectationText = (expect: Expectation): string =>
  expect.kind === 'version' ? String(expect.version) : expect.kind;

/** @throws Refusal for what expectationText never says */
export function expectationOf(text: string): Expectation {
  if (text === 'any' || text === 'absent') return { kind: text };
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refuse('value', 'expect is any, absent or a version');
  return { kind: 'version', version: Number(text) };
}
