// The invariants that nearly every resource meets, as plain code: the same rules as their FHIRPath, many times faster.
import { compareMoments } from '../path/moment.ts';
import type { Fields } from './fields.ts';
import { LINEAR_KEYS, LINEAR_RULES } from './linear-rules.ts';
import { report, type Walk } from './walk.ts';

type Rule = (walk: Walk, value: Fields) => void;

/** Has a value or a `_name` sibling with extensions. */
export const has = (value: Fields, name: string): boolean =>
  value[name] !== undefined || value[`_${name}`] !== undefined;

const period: Rule = (walk, { start, end }) => {
  if (typeof start === 'string' && typeof end === 'string' && isAfter(start, end))
    report(walk, 'invariant', 'must not end before it starts (per-1).');
};

/** Whether the first is certainly later. A day beside a time is compared by the day as written, whatever its zone. */
function isAfter(first: string, second: string): boolean {
  const digits = Math.min(first.length, second.length);
  if (digits <= 10) return first.slice(0, digits) > second.slice(0, digits);
  return (compareMoments(first, second) ?? 0) > 0;
}

const quantity: Rule = (walk, value) => {
  if (has(value, 'code') && !has(value, 'system')) report(walk, 'invariant', 'needs a system for its code (qty-3).');
};

const contactPoint: Rule = (walk, value) => {
  if (has(value, 'value') && !has(value, 'system')) report(walk, 'invariant', 'needs a system for its value (cpt-2).');
};

const attachment: Rule = (walk, value) => {
  if (has(value, 'data') && !has(value, 'contentType'))
    report(walk, 'invariant', 'needs a contentType for its data (att-1).');
};

const extension: Rule = (walk, value) => {
  let values = 0;
  for (const name in value) if (name.startsWith('value') || name.startsWith('_value')) values += 1;
  if (values > 0 === (value['extension'] !== undefined))
    report(walk, 'invariant', 'must have either a value or extensions (ext-1).');
};

/** Rules by the type they belong to. */
export const NATIVE_RULES: ReadonlyMap<string, Rule> = new Map([
  ...LINEAR_RULES,
  ['Period', period],
  ['Quantity', quantity],
  ['ContactPoint', contactPoint],
  ['Attachment', attachment],
  ['Extension', extension],
]);

/** The keys of invariants that are judged natively: here, in references.ts, narrative.ts and resources.ts. */
export const NATIVE_KEYS: ReadonlySet<string> = new Set([
  ...LINEAR_KEYS,
  ...'ele-1 ext-1 dom-2 dom-3 dom-4 dom-5 ref-1 per-1 qty-3 cpt-2 att-1 txt-1 txt-2'.split(' '),
]);
