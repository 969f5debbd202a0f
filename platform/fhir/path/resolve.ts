// resolve(): no resource is fetched; the reference itself tells its target's type, which is what search parameters ask.
import { isJson, nodeOf, type PathNode } from './node.ts';

const TARGET = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** A contained resource for '#id'; otherwise a stand-in that only knows its type; undefined when even that is unknown. */
export function resolveReference(node: PathNode, root: PathNode): PathNode | undefined {
  const reference = isJson(node.value) ? node.value['reference'] : node.value;
  if (typeof reference === 'string') {
    if (reference.startsWith('#')) return contained(reference.slice(1), root);
    const type = targetType(reference);
    if (type !== undefined) return { value: {}, type };
  }
  const declared = isJson(node.value) ? node.value['type'] : undefined;
  return typeof declared === 'string' ? { value: {}, type: declared } : undefined;
}

/** The type a literal reference names: relative, absolute and versioned forms. */
export function targetType(reference: string): string | undefined {
  return TARGET.exec(reference)?.[1];
}

function contained(id: string, root: PathNode): PathNode | undefined {
  if (id === '') return root;
  const list = isJson(root.value) ? root.value['contained'] : undefined;
  const found: unknown = Array.isArray(list) ? list.find((item) => isJson(item) && item['id'] === id) : undefined;
  return found === undefined ? undefined : nodeOf(found);
}
