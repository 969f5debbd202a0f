// The catalogue drawn from the committed R4 definitions (platform/fhir/definitions).
import {
  codeList,
  compartmentParameters,
  parameterNumber,
  parametersOf,
  resourceTypes,
  typeNumber,
} from '../definitions.ts';
import { pathModel } from '../elements.ts';
import type { Catalogue } from './catalogue.ts';

const systems = new Map<string, ReadonlyMap<string, string>>();

function systemsOf(valueSet: string): ReadonlyMap<string, string> | undefined {
  const known = systems.get(valueSet);
  if (known !== undefined) return known;
  const list = codeList(valueSet);
  if (list === undefined) return undefined;
  const made = new Map<string, string>();
  for (const [system, codes] of Object.entries(list))
    for (const code of codes) if (!made.has(code)) made.set(code, system);
  systems.set(valueSet, made);
  return made;
}

/** What search needs to know of R4. */
export const r4Catalogue: Catalogue = {
  resourceTypes,
  parameters: parametersOf,
  parameterNumber(code) {
    const number = parameterNumber(code);
    if (number === undefined) throw new Error(`the parameter ${code} has no number`);
    return number;
  },
  typeNumber,
  patientParameters: (type) => compartmentParameters('Patient', type),
  systemsOf,
  paths: pathModel,
};
