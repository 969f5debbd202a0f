// What composite parameters draw: pairs of values that stand in the same element.
// Spec: http://hl7.org/fhir/R4/search.html#composite
import { parsePath } from '../../path/index.ts';
import type { Catalogue, ParameterRow } from '../catalogue.ts';
import { type ComponentRow, componentsOf } from '../components.ts';
import { dateSpan } from '../date-span.ts';
import { compileDraw, type Sink } from '../draw.ts';
import type { Gathered } from '../gathered.ts';
import type { CompositeEntry } from '../index-entries.ts';
import { normalise } from '../normalise.ts';
import { hash64, parameterBits } from '../term.ts';
import { spanOf } from './date.ts';
import { fieldsOf } from './fields.ts';
import { amountOf } from './quantity.ts';
import { targetOf } from './reference.ts';
import { tokenSink } from './token.ts';

type Part = Pick<CompositeEntry, 'second' | 'low' | 'high' | 'systemCode' | 'code' | 'unit'>;

const BLANK: Part = { second: null, low: null, high: null, systemCode: null, code: null, unit: null };

/** The hash a reference or a normalised string has in a composite. */
export function referenceHash(type: number, id: string): string {
  return hash64(`${type}/${id}`).toString();
}
export function stringHash(text: string): string {
  return hash64(normalise(text)).toString();
}

/** A moment as seconds since 1970; microseconds still fit a double. */
function seconds(moment: string): number {
  if (moment === '-infinity') return -Infinity;
  if (moment === 'infinity') return Infinity;
  return (dateSpan(moment)?.lowMs ?? 0) / 1000;
}

/** One component: reads an element and gives its values as parts. */
function component(
  catalogue: Catalogue,
  resourceType: string,
  start: string,
  part: ComponentRow,
): ((element: unknown, into: Gathered) => readonly Part[]) | null {
  const kind = catalogue.parameters(resourceType).find(({ code }) => code === part.code)?.type;
  const bits = parameterBits(catalogue.parameterNumber(part.code));
  let found: Part[] = [];
  const sinkOf = (type: string, binding?: string): Sink<Gathered> | null => {
    if (kind === 'token') {
      const systems = binding === undefined ? undefined : catalogue.systemsOf(binding);
      return tokenSink(type, (code) => systems?.get(code) ?? '', {
        token: (into, token) => {
          into.tokensSeen.set(token.hash, token);
          found.push({ ...BLANK, second: (token.bits ^ bits).toString() });
        },
      });
    }
    if (kind === 'quantity' || kind === 'number')
      return (value) => {
        // Pairs are compared in the unit that was sent.
        const amount = amountOf(type, value, () => null);
        if (amount === undefined) return;
        const { low, high, systemCode, code, unit } = amount;
        found.push({ second: null, low, high, systemCode, code, unit });
      };
    if (kind === 'date')
      return (value) => {
        const span = spanOf(type, value);
        if (span !== undefined) found.push({ ...BLANK, low: seconds(span.low), high: seconds(span.high) });
      };
    if (kind === 'string')
      return (value) => {
        if (typeof value === 'string') found.push({ ...BLANK, second: stringHash(value) });
      };
    return (value) => {
      const { reference } = fieldsOf(value);
      const target = typeof reference === 'string' ? targetOf(reference, catalogue.typeNumber) : undefined;
      if (target !== undefined) found.push({ ...BLANK, second: referenceHash(target.type, target.id) });
    };
  };
  const from = { model: catalogue.paths, resourceType, start };
  const draw = compileDraw(from, parsePath(part.expression), sinkOf);
  if (draw === null) return null;
  return (element, into) => {
    found = [];
    draw(element, into);
    return found;
  };
}

/** The sink for elements of type `start` that hold the components of a composite parameter. */
export function compositeSink(
  catalogue: Catalogue,
  resourceType: string,
  start: string,
  row: ParameterRow,
): Sink<Gathered> | null {
  const parameter = catalogue.parameterNumber(row.code);
  const [first, second, third] = componentsOf(row, catalogue.parameters(resourceType)).map((part) =>
    component(catalogue, resourceType, start, part),
  );
  if (!first || !second) return null;
  return (element, into) => {
    const firsts = first(element, into);
    if (firsts.length === 0) return;
    const seconds = second(element, into);
    const thirds = third ? third(element, into) : [BLANK];
    for (const one of firsts)
      for (const two of seconds)
        for (const three of thirds)
          if (one.second !== null)
            into.composites.push({ parameter, first: one.second, ...two, low2: three.low, high2: three.high });
  };
}
