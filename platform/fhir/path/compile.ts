// Turns a FHIRPath expression into closures: the subset that R4's search parameters and invariants use.
// Whatever else it meets is refused while compiling, never while a resource is being judged.
import {
  asBoolean,
  type Env,
  NONE,
  type Nodes,
  numberNode,
  type PathContext,
  type Step,
  textNode,
  truth,
} from './context.ts';
import { functions } from './functions.ts';
import { bareModel, type PathModel } from './model.ts';
import { childrenNamed, nodeOf, type PathNode } from './node.ts';
import { typeTest } from './node-type.ts';
import { LOGIC, OPERATORS } from './operators.ts';
import { parsePath } from './parser.ts';
import { type Literal, type Syntax, UnsupportedPath } from './syntax.ts';

export interface CompiledPath {
  readonly expression: string;
  /** What the path finds, each value with its type. */
  nodes(context: PathContext): readonly PathNode[];
  /** As a condition; undefined when it yields nothing. */
  test(context: PathContext): boolean | undefined;
  /** As an invariant: true, or left open only because dates or units could not be compared. */
  holds(context: PathContext): boolean;
}

/** @throws UnsupportedPath when the expression is malformed or uses what is left out (memberOf, aggregate, ...). */
export function compilePath(expression: string, model: PathModel = bareModel): CompiledPath {
  return compileSyntax(parsePath(expression), model, expression);
}

/** The same for an expression that is already parsed, or part of one. */
export function compileSyntax(syntax: Syntax, model: PathModel, expression = ''): CompiledPath {
  const step = compiler(model)(syntax);
  const run = (context: PathContext): { readonly found: Nodes; readonly env: Env } => {
    const focus = nodeOf(context.focus, context.focusType);
    const resource = nodeOf(context.resource);
    const env: Env = {
      resource,
      root: context.root === undefined ? resource : nodeOf(context.root),
      context: focus,
      self: focus,
      position: 0,
      isSafeHtml: context.isSafeHtml ?? (() => true),
      units: context.toCommonUnit ?? (() => null),
      doubts: { count: 0 },
    };
    return { found: step(env, [focus]), env };
  };
  return {
    expression,
    nodes: (context) => run(context).found,
    test: (context) => asBoolean(run(context).found),
    holds: (context) => {
      const { found, env } = run(context);
      return asBoolean(found) ?? env.doubts.count > 0;
    },
  };
}

const VARIABLES: Readonly<Record<string, (env: Env) => PathNode>> = {
  resource: (env) => env.resource,
  rootResource: (env) => env.root,
  context: (env) => env.context,
  ucum: () => textNode('http://unitsofmeasure.org'),
  sct: () => textNode('http://snomed.info/sct'),
  loinc: () => textNode('http://loinc.org'),
};

function compiler(model: PathModel): (syntax: Syntax) => Step {
  const known = functions(model);

  function compile(syntax: Syntax): Step {
    switch (syntax.kind) {
      case 'member':
        return member(syntax.of, syntax.name);
      case 'call':
        return call(syntax.of, syntax.name, syntax.args);
      case 'index': {
        const [of, index] = [compile(syntax.of), compile(syntax.index)];
        return (env, focus) => {
          const at = index(env, focus)[0]?.value;
          const node = typeof at === 'number' ? of(env, focus)[at] : undefined;
          return node === undefined ? NONE : [node];
        };
      }
      case 'operator': {
        const [left, right] = [compile(syntax.left), compile(syntax.right)];
        const { operator } = syntax;
        if (operator === 'and' || operator === 'or' || operator === 'implies') {
          const decide = LOGIC[operator];
          return (env, focus) => truth(decide(asBoolean(left(env, focus)), () => asBoolean(right(env, focus))));
        }
        const apply = OPERATORS[operator];
        return (env, focus) => apply(env, left(env, focus), right(env, focus));
      }
      case 'sign': {
        const of = compile(syntax.of);
        if (!syntax.negative) return of;
        return (env, focus) => of(env, focus).map(({ value }) => numberNode(-Number(value)));
      }
      case 'type': {
        const [of, test] = [compile(syntax.of), typeTest(model, syntax.type)];
        return syntax.test === 'as' ? (env, focus) => of(env, focus).filter(test) : is(of, test);
      }
      case 'variable': {
        const variable = VARIABLES[syntax.name];
        if (variable === undefined) throw new UnsupportedPath(`%${syntax.name} is not known`);
        return (env) => [variable(env)];
      }
      case 'this':
        return (env) => (env.self === undefined ? NONE : [env.self]);
      case 'position':
        return (env) => [numberNode(env.position)];
      case 'total':
        throw new UnsupportedPath('$total is not supported');
      case 'empty':
        return () => NONE;
      case 'literal': {
        const nodes = [literalNode(syntax.literal)];
        return () => nodes;
      }
    }
  }

  const is =
    (of: Step, test: (node: PathNode) => boolean): Step =>
    (env, focus) => {
      const nodes = of(env, focus);
      return nodes.length === 0 ? NONE : truth(nodes.every(test));
    };

  function member(of: Syntax | null, name: string): Step {
    const start = of === null ? null : compile(of);
    // A path may begin with the type it is about: `Patient.name` on a Patient is `name`, on anything else nothing.
    const test = of === null && /^[A-Z]/.test(name) ? typeTest(model, name) : undefined;
    return (env, focus) => {
      const into: PathNode[] = [];
      for (const node of start === null ? focus : start(env, focus)) {
        if (test?.(node)) into.push(node);
        else childrenNamed(model, node, name, into);
      }
      return into;
    };
  }

  function call(of: Syntax | null, name: string, args: readonly Syntax[]): Step {
    const start: Step = of === null ? (_env, focus) => focus : compile(of);
    const iterate = iterations(name, args);
    if (iterate !== undefined) return (env, focus) => iterate(env, start(env, focus));
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    if (found === undefined) throw new UnsupportedPath(`${name}() is not supported`);
    if (!found.arity.includes(args.length))
      throw new UnsupportedPath(`${name}() takes ${found.arity.join(' or ')} arguments`);
    const steps = args.map(compile);
    // Arguments of these functions start at what surrounds the call, `$this`, not at what it is called on.
    return (env, focus) =>
      found.apply(
        env,
        start(env, focus),
        steps.map((step) => step(env, env.self === undefined ? focus : [env.self])),
      );
  }

  function iterations(name: string, args: readonly Syntax[]): Step | undefined {
    const [first, second, third] = args;
    const each = (step: Step) => (env: Env, node: PathNode, position: number) =>
      step({ ...env, self: node, position }, [node]);
    if (name === 'exists' && first === undefined) return (_env, focus) => truth(focus.length > 0);
    if (['where', 'exists', 'all', 'select', 'repeat'].includes(name)) {
      if (first === undefined || args.length > 1) throw new UnsupportedPath(`${name}() takes one argument`);
      const apply = each(compile(first));
      const holds = (env: Env) => (node: PathNode, i: number) => asBoolean(apply(env, node, i)) === true;
      if (name === 'where') return (env, focus) => focus.filter(holds(env));
      if (name === 'exists') return (env, focus) => truth(focus.some(holds(env)));
      if (name === 'all') return (env, focus) => truth(focus.every(holds(env)));
      if (name === 'select') return (env, focus) => focus.flatMap((node, i) => apply(env, node, i));
      return (env, focus) => repeated(focus, (node, i) => apply(env, node, i));
    }
    if (['is', 'as', 'ofType'].includes(name)) {
      if (first === undefined || args.length > 1) throw new UnsupportedPath(`${name}() takes one type`);
      const test = typeTest(model, typeName(first));
      if (name === 'is') return is((_env, focus) => focus, test);
      return (_env, focus) => focus.filter(test);
    }
    if (name === 'iif') {
      if (first === undefined || second === undefined || args.length > 3)
        throw new UnsupportedPath('iif() takes two or three arguments');
      const [condition, then, otherwise] = [
        compile(first),
        compile(second),
        third === undefined ? () => NONE : compile(third),
      ];
      return (env, focus) => (asBoolean(condition(env, focus)) === true ? then(env, focus) : otherwise(env, focus));
    }
    return undefined;
  }

  return compile;
}

function typeName(syntax: Syntax): string {
  if (syntax.kind !== 'member') throw new UnsupportedPath('a type name is expected');
  return syntax.of === null ? syntax.name : `${typeName(syntax.of)}.${syntax.name}`;
}

function literalNode(literal: Literal): PathNode {
  if (literal.type === 'quantity')
    return { value: { value: literal.value, code: literal.unit }, type: 'System.Quantity' };
  if (literal.type === 'number')
    return { value: literal.value, type: literal.text.includes('.') ? 'System.Decimal' : 'System.Integer' };
  return { value: literal.value, type: `System.${literal.type[0]?.toUpperCase()}${literal.type.slice(1)}` };
}

/** repeat(): follows until nothing new appears. */
function repeated(start: Nodes, next: (node: PathNode, position: number) => Nodes): Nodes {
  const found: PathNode[] = [];
  const seen = new Set<unknown>();
  for (let level = start; level.length > 0; ) {
    level = level.flatMap(next).filter(({ value }) => !seen.has(value) && seen.add(value));
    found.push(...level);
  }
  return found;
}
