// Compiles a search parameter's path into plain property reads. Types are settled while compiling, from the definitions,
// so that each value arrives at a function made for its type.
import {
  choiceProperty,
  compileSyntax,
  type PathModel,
  type Syntax,
  targetType,
  UnsupportedPath,
} from '../path/index.ts';

/** Takes one value out of a resource; `into` is the caller's collector and knows the whole resource. */
export type Sink<Into> = (value: unknown, into: Into) => void;
/** Makes the sink for values of one type (a code's with its value set); null when values of that type don't matter. */
export type SinkOf<Into> = (type: string, binding?: string) => Sink<Into> | null;

export interface DrawFrom {
  readonly model: PathModel;
  /** The type of the resource, and of the element the path starts at (the same but in composites). */
  readonly resourceType: string;
  readonly start: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what `syntax` finds in an element of type `from.start`, giving each value to the sink of its type; null when
 * nothing can be found there (a path about another resource type, say).
 * @throws UnsupportedPath for functions that no R4 search parameter uses.
 */
export function compileDraw<Into extends { readonly resource: unknown }>(
  from: DrawFrom,
  syntax: Syntax,
  next: SinkOf<Into>,
): Sink<Into> | null {
  const { model, start } = from;

  function along(path: Syntax, next: SinkOf<Into>): Sink<Into> | null {
    if (path.kind === 'operator') {
      if (path.operator === '|') return both(along(path.left, next), along(path.right, next));
      return computed(path, next('boolean'));
    }
    if (path.kind === 'variable' && path.name === 'resource') {
      const sink = next(from.resourceType);
      return sink === null ? null : (_value, into) => sink(into.resource, into);
    }
    if (path.kind === 'member') {
      if (path.of === null && /^[A-Z]/.test(path.name)) return isKind(model, start, path.name) ? next(start) : null;
      return path.of === null ? child(start, path.name, next) : along(path.of, (type) => child(type, path.name, next));
    }
    if (path.kind === 'type' && path.test === 'as')
      return along(path.of, (type, binding) => (isKind(model, type, path.type) ? next(type, binding) : null));
    if (path.kind === 'index') {
      const { index, of } = path;
      // `Bundle.entry[0].resource` holds the only index in R4.
      if (index.kind === 'literal' && index.literal.value === 0 && of.kind === 'member' && of.of !== null)
        return along(of.of, (type) => child(type, of.name, next, true));
    }
    if (path.kind === 'call' && path.of !== null && path.args.length === 1) {
      const argument = path.args[0] as Syntax;
      if ((path.name === 'as' || path.name === 'ofType') && argument.kind === 'member')
        return along(path.of, (type, binding) => (isKind(model, type, argument.name) ? next(type, binding) : null));
      if (path.name === 'where') return along(path.of, (type) => only(condition(argument), next(type)));
    }
    throw new UnsupportedPath('this expression is too elaborate for a search parameter');
  }

  function child(type: string, name: string, next: SinkOf<Into>, firstOnly = false): Sink<Into> | null {
    const shape = model.element(type, name);
    if (shape === undefined) return null;
    if (!shape.choice) return read(name, next(shape.types[0] ?? '', shape.binding), firstOnly);
    return shape.types
      .map((option) => read(choiceProperty(name, option), next(option, shape.binding), firstOnly))
      .reduce((left, right) => both(left, right), null);
  }

  /** `Patient.deceased.exists() and ...`: a condition on the whole, judged by the general compiler. */
  function computed(path: Syntax, sink: Sink<Into> | null): Sink<Into> | null {
    if (sink === null) return null;
    const compiled = compileSyntax(path, model);
    return (value, into) => {
      const result = compiled.test({ focus: value, focusType: start, resource: into.resource });
      if (result !== undefined) sink(result, into);
    };
  }

  return along(syntax, next);
}

function both<Into>(left: Sink<Into> | null, right: Sink<Into> | null): Sink<Into> | null {
  if (left === null || right === null) return left ?? right;
  return (value, into) => {
    left(value, into);
    right(value, into);
  };
}

function read<Into>(property: string, sink: Sink<Into> | null, firstOnly = false): Sink<Into> | null {
  if (sink === null) return null;
  return (value, into) => {
    const found = (value as Fields)[property];
    if (found === undefined || found === null) return;
    if (!Array.isArray(found)) return sink(found, into);
    for (const item of firstOnly ? found.slice(0, 1) : found) if (item !== null && item !== undefined) sink(item, into);
  };
}

function only<Into>(test: (value: unknown) => boolean, sink: Sink<Into> | null): Sink<Into> | null {
  if (sink === null) return null;
  return (value, into) => {
    if (test(value)) sink(value, into);
  };
}

/** The two conditions R4 uses: `type='composed-of'` and `resolve() is Patient`. */
function condition(path: Syntax): (value: unknown) => boolean {
  if (
    path.kind === 'operator' &&
    path.operator === '=' &&
    path.left.kind === 'member' &&
    path.right.kind === 'literal'
  ) {
    const { name } = path.left;
    const wanted = path.right.literal.value;
    return (value) => (value as Fields)[name] === wanted;
  }
  if (path.kind === 'type' && path.test === 'is' && path.of.kind === 'call' && path.of.name === 'resolve') {
    const wanted = path.type;
    return (value) => {
      const { reference, type } = value as Fields;
      return (typeof reference === 'string' ? (targetType(reference) ?? type) : type) === wanted;
    };
  }
  throw new UnsupportedPath('this condition is too elaborate for a search parameter');
}

/** Whether `type` is `wanted` or specialises it; R4 writes `DateTime` for dateTime in places. */
export function isKind(model: PathModel, type: string, wanted: string): boolean {
  const other = `${wanted[0]?.toLowerCase()}${wanted.slice(1)}`;
  let at: string | undefined = type;
  for (let step = 0; at !== undefined && step < 8; step++) {
    if (at === wanted || at === other) return true;
    at = model.parent(at);
  }
  return false;
}
