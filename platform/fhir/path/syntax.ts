// The shape of a parsed FHIRPath expression. Spec: http://hl7.org/fhirpath/N1/

export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly value: number; readonly text: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'date' | 'dateTime' | 'time'; readonly value: string }
  | { readonly type: 'quantity'; readonly value: number; readonly unit: string };

export type Operator =
  | '|'
  | '&'
  | '+'
  | '-'
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '='
  | '!='
  | '~'
  | '!~'
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | 'contains'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies';

export type Syntax =
  /** `name` taken from `of`; without `of` from the focus. */
  | { readonly kind: 'member'; readonly of: Syntax | null; readonly name: string }
  | { readonly kind: 'call'; readonly of: Syntax | null; readonly name: string; readonly args: readonly Syntax[] }
  | { readonly kind: 'index'; readonly of: Syntax; readonly index: Syntax }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'sign'; readonly negative: boolean; readonly of: Syntax }
  | { readonly kind: 'type'; readonly test: 'is' | 'as'; readonly of: Syntax; readonly type: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'this' | 'position' | 'total' | 'empty' }
  | { readonly kind: 'literal'; readonly literal: Literal };

/** An expression that is malformed, or uses what this compiler leaves out. Always thrown while compiling. */
export class UnsupportedPath extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedPath';
  }
}
