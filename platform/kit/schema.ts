// Shapes of values that cross a border (operations, events, settings): one declaration gives the TypeScript type,
// the check, the JSON Schema and the Protobuf message. Small on purpose: the kit has no dependencies.
import { type Issue, Refusal } from './refusal.ts';

export type Kind =
  | { readonly kind: 'string'; readonly oneOf?: readonly string[]; readonly maxLength?: number }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'list'; readonly of: Schema<unknown>; readonly maxItems?: number }
  | { readonly kind: 'map'; readonly of: Schema<unknown> }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Schema<unknown>>> };

/** A declared shape. `optional` fields may be absent; nothing is ever null. */
export interface Schema<T> {
  readonly shape: Kind;
  readonly optional: boolean;
  readonly about: string;
  /** Never set: carries the TypeScript type. */
  readonly type?: T;
}

export type TypeOf<S> = S extends Schema<infer T> ? T : never;
type Fields = Readonly<Record<string, Schema<unknown>>>;
type ObjectOf<F extends Fields> = {
  readonly [K in keyof F as undefined extends TypeOf<F[K]> ? never : K]: TypeOf<F[K]>;
} & {
  readonly [K in keyof F as undefined extends TypeOf<F[K]> ? K : never]?: Exclude<TypeOf<F[K]>, undefined>;
};

const of = <T>(shape: Kind, about = ''): Schema<T> => ({ shape, optional: false, about });

export const text = (about = '', maxLength?: number): Schema<string> =>
  of(maxLength === undefined ? { kind: 'string' } : { kind: 'string', maxLength }, about);
export const oneOf = <const V extends string>(values: readonly V[], about = ''): Schema<V> =>
  of({ kind: 'string', oneOf: values }, about);
export const integer = (about = '', range: { min?: number; max?: number } = {}): Schema<number> =>
  of({ kind: 'integer', ...range }, about);
export const number = (about = ''): Schema<number> => of({ kind: 'number' }, about);
export const boolean = (about = ''): Schema<boolean> => of({ kind: 'boolean' }, about);
export const bytes = (about = ''): Schema<Uint8Array> => of({ kind: 'bytes' }, about);
export const list = <T>(item: Schema<T>, about = '', maxItems?: number): Schema<readonly T[]> =>
  of(maxItems === undefined ? { kind: 'list', of: item } : { kind: 'list', of: item, maxItems }, about);
export const map = <T>(item: Schema<T>, about = ''): Schema<Readonly<Record<string, T>>> =>
  of({ kind: 'map', of: item }, about);
export const object = <const F extends Fields>(fields: F, about = ''): Schema<ObjectOf<F>> =>
  of({ kind: 'object', fields }, about);
export const optional = <T>(schema: Schema<T>): Schema<T | undefined> =>
  ({ ...schema, optional: true }) as Schema<T | undefined>;

/**
 * Checks a value against its schema and returns a copy that holds only declared fields.
 * @throws Refusal `value` or `required`, each issue naming the field by its path (`input.patient.id`).
 */
export function parse<T>(schema: Schema<T>, value: unknown, path = 'input'): T {
  const issues: Issue[] = [];
  const parsed = check(schema, value, path, issues);
  if (issues.length > 0) throw new Refusal(issues);
  return parsed as T;
}

function wrong(issues: Issue[], path: string, expected: string): undefined {
  issues.push({ severity: 'error', code: 'value', diagnostics: `${path} must be ${expected}`, expression: [path] });
  return undefined;
}

function check(schema: Schema<unknown>, value: unknown, path: string, issues: Issue[]): unknown {
  const { shape } = schema;
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') return wrong(issues, path, 'text');
      if (shape.oneOf && !shape.oneOf.includes(value)) return wrong(issues, path, `one of ${shape.oneOf.join(', ')}`);
      if (shape.maxLength !== undefined && value.length > shape.maxLength)
        return wrong(issues, path, `at most ${shape.maxLength} characters`);
      return value;
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return wrong(issues, path, 'a whole number');
      if (shape.min !== undefined && value < shape.min) return wrong(issues, path, `at least ${shape.min}`);
      if (shape.max !== undefined && value > shape.max) return wrong(issues, path, `at most ${shape.max}`);
      return value;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : wrong(issues, path, 'a number');
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(issues, path, 'true or false');
    case 'bytes':
      return value instanceof Uint8Array ? value.slice() : wrong(issues, path, 'bytes');
    case 'list':
      if (!Array.isArray(value)) return wrong(issues, path, 'a list');
      if (shape.maxItems !== undefined && value.length > shape.maxItems)
        return wrong(issues, path, `a list of at most ${shape.maxItems}`);
      return value.map((item, at) => check(shape.of, item, `${path}[${at}]`, issues));
    case 'map':
      return checkMap(shape.of, value, path, issues);
    case 'object':
      return checkObject(shape.fields, value, path, issues);
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkMap(item: Schema<unknown>, value: unknown, path: string, issues: Issue[]): unknown {
  if (!isPlain(value)) return wrong(issues, path, 'an object');
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) copy[key] = check(item, entry, `${path}.${key}`, issues);
  return copy;
}

function checkObject(fields: Fields, value: unknown, path: string, issues: Issue[]): unknown {
  if (!isPlain(value)) return wrong(issues, path, 'an object');
  for (const key of Object.keys(value))
    if (!Object.hasOwn(fields, key)) wrong(issues, `${path}.${key}`, 'left out: it is not known here');
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const given = value[key];
    if (given !== undefined) copy[key] = check(field, given, `${path}.${key}`, issues);
    else if (!field.optional)
      issues.push({
        severity: 'error',
        code: 'required',
        diagnostics: `${path}.${key} is required`,
        expression: [`${path}.${key}`],
      });
  }
  return copy;
}
