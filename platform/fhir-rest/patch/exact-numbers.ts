// A JSON tree whose numbers keep the digits they were sent with: 1.10 stays 1.10 through a patch.

/** Marks a number that JavaScript can't hold digit for digit. No FHIR string may contain NUL. */
const MARK = '\u0000n:';
const MARKED = /"\\u0000n:([-+0-9.eE]+)"/g;

interface Source {
  readonly source?: string;
}

/** Parses JSON; a number whose digits a JavaScript number would change becomes a marked string. */
export function parseExactly(text: string): unknown {
  const keepDigits = (_key: string, value: unknown, context?: Source): unknown => {
    if (typeof value !== 'number') return value;
    const source = context?.source;
    return source === undefined || String(value) === source ? value : MARK + source;
  };
  return JSON.parse(text, keepDigits);
}

/** The tree as JSON text, marked numbers as they were sent. */
export function printExactly(tree: unknown): string {
  return JSON.stringify(tree).replace(MARKED, '$1');
}

/** The number a marked string stands for; other values as they are. */
export function plainNumber(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value;
}
