// `is`, `as` and `ofType`: whether a node's type is, or specialises, a named type.
import type { PathModel } from './model.ts';
import type { PathNode } from './node.ts';

const SYSTEM: Readonly<Record<string, readonly string[]>> = {
  Boolean: ['boolean'],
  String: ['string', 'uri', 'code', 'oid', 'id', 'uuid', 'markdown', 'base64Binary', 'canonical', 'url'],
  Integer: ['integer', 'unsignedInt', 'positiveInt'],
  Decimal: ['decimal'],
  Date: ['date'],
  DateTime: ['dateTime', 'instant'],
  Time: ['time'],
};

/** The test for one type name; `FHIR.` and `System.` are understood, `Boolean` also means FHIR's boolean. */
export function typeTest(model: PathModel, name: string): (node: PathNode) => boolean {
  const [space, local] = name.includes('.') && /^(FHIR|System)\./.test(name) ? name.split('.', 2) : ['', name];
  const wanted = local ?? name;
  const fhir = space === 'System' ? [] : [wanted, ...(SYSTEM[wanted] ?? [])];
  const system = space === 'FHIR' ? '' : `System.${wanted}`;
  return (node) => {
    let type: string | undefined = node.type === '' ? shapeOf(node) : node.type;
    if (type === system) return true;
    // Each step up is one specialisation, and R4 has five levels at most.
    for (let step = 0; type !== undefined && step < 8; step++) {
      if (fhir.includes(type)) return true;
      type = type.includes('.')
        ? fhir.includes('BackboneElement')
          ? 'BackboneElement'
          : undefined
        : model.parent(type);
    }
    return false;
  };
}

/** What JSON alone tells of a value whose definition is not known. */
function shapeOf(node: PathNode): string | undefined {
  if (typeof node.value === 'boolean') return 'boolean';
  if (typeof node.value === 'string') return 'string';
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? 'integer' : 'decimal';
  return undefined;
}
