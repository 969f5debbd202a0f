// Makes the index entries of a resource: one compiled function per type, no interpretation while resources pass.

import type { Catalogue } from './catalogue.ts';
import { compileDraw, type Sink, type SinkOf } from './draw.ts';
import { type Gathered, gatherFrom } from './gathered.ts';
import type { Hash, IndexEntries, TokenSeen } from './index-entries.ts';
import type { PlannedParameter, TypeParameters } from './registry.ts';
import { hash64, parameterBits, type Token } from './term.ts';
import { compositeSink } from './values/composite.ts';
import { dateSink, hotDateSink } from './values/date.ts';
import { fieldsOf, textOf } from './values/fields.ts';
import { type CanonicalQuantity, quantitySink } from './values/quantity.ts';
import { referenceSink } from './values/reference.ts';
import { stringSink, uriSink } from './values/string.ts';
import { identifierSink, takeText, tokenSink } from './values/token.ts';

/** `id` is the resource's; given apart where the resource does not carry it yet. Never throws on JSON. */
export type Extractor = (resource: unknown, id?: string) => IndexEntries;

/** The extractor of one type. */
export function makeExtractor(
  catalogue: Catalogue,
  canonical: CanonicalQuantity,
  type: string,
  parameters: TypeParameters,
): Extractor {
  const sinks: Sink<Gathered>[] = [];
  for (const parameter of parameters.values()) {
    const sink = parameterSink(catalogue, canonical, type, parameter, parameters);
    if (sink !== null) sinks.push(sink);
  }
  const compartment = catalogue.patientParameters(type);
  const isPatient = compartment.includes('_id');
  const patientType = catalogue.typeNumber('Patient');
  const patientNumbers = new Set(compartment.flatMap((code) => parameters.get(code)?.use.numbers ?? []));

  const patientsOf = (gathered: Gathered, id: string): readonly string[] => {
    const patients = new Set<string>();
    if (isPatient && id !== '') patients.add(id);
    for (const { parameter, targetType, targetId } of gathered.references)
      if (targetType === patientType && patientNumbers.has(parameter)) patients.add(targetId);
    return [...patients];
  };

  return (resource, id = textOf(fieldsOf(resource)['id'])) => {
    const gathered = gatherFrom(resource);
    if (typeof resource === 'object' && resource !== null) for (const sink of sinks) sink(resource, gathered);
    return finish(gathered, patientsOf(gathered, id));
  };
}

/** Draws one parameter's values into the places where they are kept, and marks it present. */
function parameterSink(
  catalogue: Catalogue,
  canonical: CanonicalQuantity,
  type: string,
  parameter: PlannedParameter,
  all: TypeParameters,
): Sink<Gathered> | null {
  const { kept, syntax, use } = parameter;
  const from = { model: catalogue.paths, resourceType: type, start: type };
  const keep = keepSink(catalogue, canonical, type, parameter);
  if (use.storage.in === 'composites') {
    if (kept === null) return null;
    // A pairing is present when there is a pair, not when the element is there; so are those that unite it with others.
    const uniting = [...all.values()].filter(
      ({ use }) => use.type === 'composite' && use.numbers.includes(kept.number),
    );
    const marks = uniting.map(({ bit }) => presence(bit));
    return compileDraw(from, syntax, (found) => {
      const sink = keep(found);
      if (sink === null) return null;
      return (value, into) => {
        const before = into.composites.length;
        sink(value, into);
        if (into.composites.length > before) for (const mark of marks) mark(value, into);
      };
    });
  }
  const mark = presence(parameter.bit);
  return compileDraw(from, syntax, (found, binding) => {
    if (kept === null) return mark;
    const sink = keep(found, binding);
    if (sink === null) return null;
    return (value, into) => {
      mark(value, into);
      sink(value, into);
    };
  });
}

function presence(bit: number): Sink<Gathered> {
  const mask = 1 << (bit % 32);
  if (bit < 32)
    return (_value, into) => {
      into.presentLow |= mask;
    };
  return (_value, into) => {
    into.presentHigh |= mask;
  };
}

function keepSink(
  catalogue: Catalogue,
  canonical: CanonicalQuantity,
  type: string,
  { use, row, kept }: PlannedParameter,
): SinkOf<Gathered> {
  if (kept === null) return () => null;
  const { number } = kept;
  switch (use.storage.in) {
    case 'code':
    case 'category':
    case 'terms': {
      const place = kept.extra ? 'extra' : use.storage.in;
      const bits = parameterBits(number);
      const text = takeText(number);
      const token = (into: Gathered, one: Token): void => {
        into[place].push(one.bits ^ bits);
        into.tokensSeen.set(one.hash, one);
      };
      return (found, binding) => {
        const systems = binding === undefined ? undefined : catalogue.systemsOf(binding);
        return tokenSink(found, (code) => systems?.get(code) ?? '', { token, text });
      };
    }
    case 'identifiers':
      return (found) => identifierSink(found, number);
    case 'date':
      return (found) => hotDateSink(found);
    case 'dates':
      return (found) => dateSink(found, number);
    case 'strings':
      return (found) => (use.type === 'uri' ? uriSink(found, number) : stringSink(found, number));
    case 'quantities':
      return (found) => quantitySink(found, number, canonical);
    case 'references':
      return (found) => referenceSink(found, number, catalogue.typeNumber);
    case 'composites':
      return (found) => compositeSink(catalogue, type, found, row);
  }
}

function finish(gathered: Gathered, patients: readonly string[]): IndexEntries {
  const [code, codes] = oneOrMany(gathered.code);
  const [category, categories] = oneOrMany(gathered.category);
  const present = BigInt.asIntN(64, (BigInt(gathered.presentHigh >>> 0) << 32n) | BigInt(gathered.presentLow >>> 0));
  const found = {
    patient: patients.length === 1 ? (patients[0] ?? null) : null,
    patients,
    date: gathered.low === '' ? '-infinity' : gathered.low,
    dateEnd: gathered.high === '' ? 'infinity' : gathered.high,
    code,
    category,
    extra: sortedHashes([...codes, ...categories, ...gathered.extra]),
    terms: sortedHashes(gathered.terms),
    present: present.toString(),
    strings: gathered.strings,
    identifiers: gathered.identifiers,
    references: gathered.references,
    dates: gathered.dates,
    quantities: gathered.quantities,
    composites: gathered.composites,
  };
  return {
    ...found,
    tokensSeen: [...gathered.tokensSeen.values()].map(seen),
    textsSeen: [...gathered.textsSeen.values()],
    fingerprint: fingerprintOf(found),
  };
}

const seen = ({ system, code, hash }: Token): TokenSeen => ({ system, code, hash });

/** The column takes a single term; several go to `extra`. */
function oneOrMany(terms: readonly bigint[]): readonly [Hash | null, readonly bigint[]] {
  const [first] = terms;
  if (first === undefined) return [null, []];
  return terms.every((term) => term === first) ? [first.toString(), []] : [null, terms];
}

function sortedHashes(terms: readonly bigint[]): readonly Hash[] {
  if (terms.length === 0) return NO_HASHES;
  if (terms.length === 1) return [String(terms[0])];
  const sorted = BigInt64Array.from(terms).sort();
  const hashes: Hash[] = [];
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) hashes.push(String(sorted[i]));
  return hashes;
}

const NO_HASHES: readonly Hash[] = [];

/** 0 is kept for deletions. JSON writes an infinite end as null, which no other range with one finite end does. */
function fingerprintOf(entries: unknown): Hash {
  const bits = hash64(JSON.stringify(entries));
  return (bits === 0n ? 1n : bits).toString();
}
