// Reads FHIRPath by operator precedence. Spec: http://hl7.org/fhirpath/N1/#operator-precedence
import { type Token, tokens } from './lexer.ts';
import { type Literal, type Operator, type Syntax, UnsupportedPath } from './syntax.ts';

const BINDING: Readonly<Record<string, number>> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '!=': 5,
  '~': 5,
  '!~': 5,
  '<': 6,
  '>': 6,
  '<=': 6,
  '>=': 6,
  '|': 7,
  is: 8,
  as: 8,
  '+': 9,
  '-': 9,
  '&': 9,
  '*': 10,
  '/': 10,
  div: 10,
  mod: 10,
};
const UNARY = 11;
const CALENDAR = /^(?:year|month|week|day|hour|minute|second|millisecond)s?$/;
// Deep enough for anything written by hand; far from the stack's end.
const MAX_DEPTH = 100;

/** @throws UnsupportedPath for anything that is not one whole expression. */
export function parsePath(expression: string): Syntax {
  const list = tokens(expression);
  let next = 0;
  let depth = 0;

  const peek = (): Token => list[next] as Token;
  const take = (): Token => list[next++] as Token;
  const fail = (token: Token): UnsupportedPath =>
    new UnsupportedPath(`unexpected ${token.text || 'end'} at character ${token.at} of ${expression}`);
  const accept = (symbol: string): boolean => {
    const token = peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    next++;
    return true;
  };
  const expect = (symbol: string): void => {
    if (!accept(symbol)) throw fail(peek());
  };

  function parse(weakest: number): Syntax {
    if (++depth > MAX_DEPTH) throw new UnsupportedPath(`too deeply nested: ${expression.slice(0, 80)}`);
    let left = prefix();
    while (true) {
      const token = peek();
      const binding = token.kind === 'symbol' || token.kind === 'name' ? BINDING[token.text] : undefined;
      if (binding === undefined || binding < weakest) break;
      next++;
      if (token.text === 'is' || token.text === 'as')
        left = { kind: 'type', test: token.text, of: left, type: typeName() };
      else left = { kind: 'operator', operator: token.text as Operator, left, right: parse(binding + 1) };
    }
    depth--;
    return left;
  }

  function prefix(): Syntax {
    if (accept('-')) return { kind: 'sign', negative: true, of: parse(UNARY) };
    if (accept('+')) return { kind: 'sign', negative: false, of: parse(UNARY) };
    return steps(term());
  }

  function steps(start: Syntax): Syntax {
    let of = start;
    while (true) {
      if (accept('.')) of = invocation(of);
      else if (accept('[')) {
        of = { kind: 'index', of, index: parse(0) };
        expect(']');
      } else return of;
    }
  }

  function term(): Syntax {
    const token = peek();
    if (accept('(')) {
      const inner = parse(0);
      expect(')');
      return inner;
    }
    if (accept('{')) {
      expect('}');
      return { kind: 'empty' };
    }
    if (token.kind === 'variable') return { kind: 'variable', name: take().text };
    if (token.kind === 'string' || token.kind === 'number' || token.kind === 'moment')
      return { kind: 'literal', literal: literal(take()) };
    if (token.kind === 'name' && (token.text === 'true' || token.text === 'false'))
      return { kind: 'literal', literal: { type: 'boolean', value: take().text === 'true' } };
    return invocation(null);
  }

  function literal(token: Token): Literal {
    if (token.kind === 'string') return { type: 'string', value: token.text };
    if (token.kind === 'moment') {
      if (token.text.startsWith('T')) return { type: 'time', value: token.text.slice(1) };
      if (!token.text.includes('T')) return { type: 'date', value: token.text };
      return { type: 'dateTime', value: token.text.replace(/T$/, '') };
    }
    const value = Number(token.text);
    const unit = peek();
    if (unit.kind === 'string' || (unit.kind === 'name' && CALENDAR.test(unit.text)))
      return { type: 'quantity', value, unit: take().text };
    return { type: 'number', value, text: token.text };
  }

  function invocation(of: Syntax | null): Syntax {
    const token = take();
    if (token.kind === 'dollar') {
      if (token.text === 'this') return { kind: 'this' };
      if (token.text === 'index') return { kind: 'position' };
      if (token.text === 'total') return { kind: 'total' };
      throw fail(token);
    }
    if (token.kind !== 'name' && token.kind !== 'quoted') throw fail(token);
    if (!accept('(')) return { kind: 'member', of, name: token.text };
    const args: Syntax[] = [];
    if (!accept(')')) {
      do args.push(parse(0));
      while (accept(','));
      expect(')');
    }
    return { kind: 'call', of, name: token.text, args };
  }

  function typeName(): string {
    let name = '';
    do {
      const token = take();
      if (token.kind !== 'name' && token.kind !== 'quoted') throw fail(token);
      name += (name === '' ? '' : '.') + token.text;
    } while (accept('.'));
    return name;
  }

  const whole = parse(0);
  if (peek().kind !== 'end') throw fail(peek());
  return whole;
}
