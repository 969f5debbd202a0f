// One search parameter on one type: name, modifier and values become a criterion.
// Spec: http://hl7.org/fhir/R4/search.html#modifiers

import { normalise } from '../normalise.ts';
import type { Criterion, ParameterUse } from '../query.ts';
import type { PlannedParameter } from '../registry.ts';
import { compositeValue } from './composite.ts';
import { MAX_ALTERNATIVES, MAX_STEPS, type ParseContext } from './context.ts';
import { dateValue } from './date.ts';
import { numberValue, quantityValue } from './number.ts';
import { referenceValue } from './reference.ts';
import { badModifier, badParameter, badValue } from './refusals.ts';
import { splitEscaped, withoutEscapes } from './split.ts';
import { identifierValue, ofTypeValue, textValue, tokenValue } from './token.ts';

/**
 * The criterion that `name=value` means on `type`; null when the type has no such parameter.
 * @throws Refusal 400 for a modifier or value that does not fit.
 */
export function parseCriterion(
  context: ParseContext,
  type: string,
  name: string,
  value: string,
  whole = name,
  step = 0,
): Criterion | null {
  if (step > MAX_STEPS) throw badParameter(whole, `takes at most ${MAX_STEPS} steps`);
  if (name.startsWith('_has:')) return parseHas(context, type, name, value, whole, step);
  const dot = name.indexOf('.');
  const head = dot < 0 ? name : name.slice(0, dot);
  const [code = '', modifier = null, ...more] = head.split(':');
  if (more.length > 0) throw badModifier(whole);
  if (code === '_id' || code === '_lastUpdated' || code === '_list')
    return dot < 0 ? ofRecord(context, whole, code, modifier, value) : null;
  const parameter = context.parametersFor(type).get(code);
  if (parameter === undefined) return null;
  if (dot >= 0) return chain(context, parameter, modifier, name.slice(dot + 1), value, whole, step);
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') throw badValue(whole, 'true or false');
    return { kind: 'missing', parameter: parameter.use, missing: value === 'true', bit: parameter.bit };
  }
  return withValues(context, type, parameter, modifier, alternatives(whole, value), whole);
}

function alternatives(name: string, value: string): string[] {
  const list = splitEscaped(value, ',').filter((one) => one !== '');
  if (list.length === 0) throw badValue(name, 'given');
  if (list.length > MAX_ALTERNATIVES) throw badParameter(name, `takes at most ${MAX_ALTERNATIVES} alternatives`);
  return list;
}

/** Parameters that the record itself answers. */
function ofRecord(
  context: ParseContext,
  name: string,
  code: string,
  modifier: string | null,
  value: string,
): Criterion {
  const list = alternatives(name, value);
  if (code === '_id') {
    if (modifier !== null && modifier !== 'not') throw badModifier(name);
    return { kind: 'id', not: modifier === 'not', ids: list.map(withoutEscapes) };
  }
  if (modifier !== null) throw badModifier(name);
  if (code === '_lastUpdated') return { kind: 'lastUpdated', values: list.map((one) => dateValue(context, name, one)) };
  const [listId = ''] = list;
  if (list.length > 1 || !/^[A-Za-z0-9\-.]{1,64}$/.test(listId)) throw badValue(name, 'the id of one List');
  return { kind: 'list', listId };
}

function withValues(
  context: ParseContext,
  type: string,
  parameter: PlannedParameter,
  modifier: string | null,
  values: readonly string[],
  name: string,
): Criterion {
  const { use } = parameter;
  switch (use.type) {
    case 'token':
      return tokens(context, parameter, modifier, values, name);
    case 'string': {
      if (modifier !== null && modifier !== 'exact' && modifier !== 'contains') throw badModifier(name);
      const match = modifier ?? 'starts';
      const texts = values.map(withoutEscapes).map((text) => (match === 'exact' ? text : normalise(text)));
      if (texts.includes('')) throw badValue(name, 'some text');
      return { kind: 'string', parameter: use, match, values: texts };
    }
    case 'uri': {
      if (modifier !== null && !['above', 'below', 'not'].includes(modifier)) throw badModifier(name);
      const match = modifier === 'above' || modifier === 'below' ? modifier : 'exact';
      return { kind: 'uri', parameter: use, match, not: modifier === 'not', values: values.map(withoutEscapes) };
    }
    case 'reference':
      return references(context, use, modifier, values, name);
  }
  if (modifier !== null) throw badModifier(name);
  switch (use.type) {
    case 'date':
      return { kind: 'date', parameter: use, values: values.map((one) => dateValue(context, name, one)) };
    case 'number':
      return { kind: 'number', parameter: use, values: values.map((one) => numberValue(name, one)) };
    case 'quantity':
      return { kind: 'quantity', parameter: use, values: values.map((one) => quantityValue(context, name, one)) };
    case 'composite': {
      const parameters = context.parametersFor(type);
      const read = (one: string) => compositeValue(context, name, parameter, parameters, one);
      return { kind: 'composite', parameter: use, values: values.map(read) };
    }
  }
}

function tokens(
  context: ParseContext,
  parameter: PlannedParameter,
  modifier: string | null,
  values: readonly string[],
  name: string,
): Criterion {
  const { use } = parameter;
  const inIdentifiers = use.storage.in === 'identifiers';
  if (modifier === 'text')
    return { kind: 'token', parameter: use, not: false, values: values.map((one) => textValue(name, use, one)) };
  if (modifier === 'of-type' && inIdentifiers)
    return { kind: 'identifier', parameter: use, not: false, values: values.map((one) => ofTypeValue(name, one)) };
  if (modifier !== null && modifier !== 'not') throw badModifier(name);
  const not = modifier === 'not';
  if (inIdentifiers)
    return { kind: 'identifier', parameter: use, not, values: values.map((one) => identifierValue(name, one)) };
  return { kind: 'token', parameter: use, not, values: values.map((one) => tokenValue(context, name, parameter, one)) };
}

function references(
  context: ParseContext,
  use: ParameterUse,
  modifier: string | null,
  values: readonly string[],
  name: string,
): Criterion {
  if (modifier === 'identifier') {
    const parameter: ParameterUse = { ...use, storage: { in: 'identifiers' } };
    return { kind: 'identifier', parameter, not: false, values: values.map((one) => identifierValue(name, one)) };
  }
  const ofType = modifier !== null && use.targets.includes(modifier) ? modifier : null;
  if (modifier !== null && modifier !== 'not' && ofType === null) throw badModifier(name);
  const read = (one: string) => referenceValue(context, name, use, one, ofType);
  return { kind: 'reference', parameter: use, not: modifier === 'not', values: values.map(read) };
}

/** `subject:Patient.organization.name`: without a type, every type the reference may point to that knows the rest. */
function chain(
  context: ParseContext,
  { use }: PlannedParameter,
  modifier: string | null,
  rest: string,
  value: string,
  whole: string,
  step: number,
): Criterion | null {
  if (use.type !== 'reference') throw badParameter(whole, 'chains through a parameter that is no reference');
  if (modifier !== null && !use.targets.includes(modifier)) throw badModifier(whole);
  const branches = (modifier === null ? use.targets : [modifier]).flatMap((type) => {
    const criterion = parseCriterion(context, type, rest, value, whole, step + 1);
    return criterion === null ? [] : [{ type, criterion }];
  });
  return branches.length === 0 ? null : { kind: 'chain', parameter: use, branches };
}

/** `_has:Observation:patient:code=x`, also nested. Spec: http://hl7.org/fhir/R4/search.html#has */
function parseHas(
  context: ParseContext,
  type: string,
  name: string,
  value: string,
  whole: string,
  step: number,
): Criterion | null {
  const [, from = '', code = '', ...rest] = name.split(':');
  if (from === '' || code === '' || rest.length === 0)
    throw badParameter(whole, 'must read _has:Type:reference:parameter');
  if (context.catalogue.typeNumber(from) === undefined) return null;
  const parameter = context.parametersFor(from).get(code)?.use;
  if (parameter?.type !== 'reference' || !parameter.targets.includes(type)) return null;
  const criterion = parseCriterion(context, from, rest.join(':'), value, whole, step + 1);
  return criterion === null ? null : { kind: 'has', type: from, parameter, criterion };
}
