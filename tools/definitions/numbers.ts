// Numbers that are stored in databases: a name keeps its number for ever, new names get the next free ones.
import { existsSync, readFileSync } from 'node:fs';

export function appendNumbers(file: string, names: readonly string[]): Record<string, number> {
  const numbers: Record<string, number> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>)
    : {};
  let next = Math.max(0, ...Object.values(numbers)) + 1;
  for (const name of names) {
    if (numbers[name] !== undefined) continue;
    numbers[name] = next;
    next += 1;
  }
  return numbers;
}
