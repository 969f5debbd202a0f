// What search needs to know of FHIR R4, from the committed definitions.
import { compartmentParameters, resourceTypes, typeName, typeNumber } from '@polyclinic/fhir';
import { normalise, parameterHash, parametersFor } from '@polyclinic/fhir/search';
import type { SearchModel } from './scope.ts';

const remembered = new Map<string, readonly number[]>();

/** Everything but where types live. */
export const r4SearchModel: Omit<SearchModel, 'schemaOf'> = {
  types: resourceTypes,
  typeNumber(type) {
    const number = typeNumber(type);
    if (number === undefined) throw new Error(`${type} is no resource type`);
    return number;
  },
  typeName(number) {
    const name = typeName(number);
    if (name === undefined) throw new Error(`no resource type has the number ${number}`);
    return name;
  },
  parameter: (type, code) => parametersFor(type).get(code)?.use ?? null,
  referenceParameters: (type) =>
    [...parametersFor(type).values()].filter(({ use }) => use.type === 'reference').map(({ use }) => use.code),
  compartmentParameters(compartment, type) {
    if (compartment !== 'Patient' && compartment !== 'Encounter') return [];
    const key = `${compartment} ${type}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const codes = compartmentParameters(compartment, type);
    const numbers = new Set(codes.flatMap((code) => parametersFor(type).get(code)?.use.numbers ?? []));
    remembered.set(key, [...numbers]);
    return [...numbers];
  },
  otherWaysIn(compartment, type, numbers) {
    if (compartment !== 'Patient' && compartment !== 'Encounter') return 0n;
    const others = compartmentParameters(compartment, type)
      .map((code) => parametersFor(type).get(code))
      .filter((one) => one?.use.numbers.some((number) => !numbers.includes(number)));
    return others.reduce((bits, one) => (one === undefined ? bits : bits | (1n << BigInt(one.bit))), 0n);
  },
  parameterHash,
  normalise,
};
