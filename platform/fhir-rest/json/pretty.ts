// `_pretty=true`: the same JSON with line breaks, every number and string left exactly as it stands.
import { skipString } from './members.ts';

/** Indents JSON text by two spaces. */
export function pretty(text: string): string {
  const out: string[] = [];
  let depth = 0;
  let plain = 0;
  const flush = (to: number) => {
    const piece = text.slice(plain, to).trim();
    if (piece !== '') out.push(piece);
    plain = to + 1;
  };
  const breakLine = () => out.push(`\n${'  '.repeat(depth)}`);
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = skipString(text, at);
      out.push(text.slice(at, end));
      at = end - 1;
      plain = end;
    } else if (char === '{' || char === '[') {
      flush(at);
      const next = /\S/.exec(text.slice(at + 1, at + 200))?.[0];
      if (next === '}' || next === ']') {
        const close = text.indexOf(next, at + 1);
        out.push(char + next);
        at = close;
        plain = close + 1;
        continue;
      }
      depth++;
      out.push(char);
      breakLine();
    } else if (char === '}' || char === ']') {
      flush(at);
      depth--;
      breakLine();
      out.push(char);
    } else if (char === ',') {
      flush(at);
      out.push(',');
      breakLine();
    } else if (char === ':') {
      flush(at);
      out.push(': ');
    }
  }
  flush(text.length);
  return out.join('');
}
