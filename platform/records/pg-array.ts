// Arrays on their way to `unnest`: one value per column instead of one per row. Texts go in PostgreSQL's binary form,
// because a resource is full of quotes that a literal would have to escape here and the server to unescape.
// Form: https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c (array_recv)

const TEXT_OID = 25;
const HEADER = 20;

/** A text[] in binary form; cast the parameter to text[]. */
export function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = new Array<number>(values.length);
  let size = HEADER + 4 * values.length;
  let nulls = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      lengths[i] = -1;
      nulls = 1;
    } else size += lengths[i] = Buffer.byteLength(value);
  }
  if (values.length === 0) return emptyArray();
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(nulls, 4);
  bytes.writeInt32BE(TEXT_OID, 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16);
  let at = HEADER;
  for (let i = 0; i < values.length; i++) {
    const length = lengths[i] as number;
    at = bytes.writeInt32BE(length, at);
    if (length > 0) at += bytes.write(values[i] as string, at, length);
  }
  return bytes;
}

function emptyArray(): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(TEXT_OID, 8);
  return bytes;
}

/** Numbers, hashes and instants need no quotes in a literal. */
export function plainArray(values: readonly (number | string | null)[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += values[i] === null ? 'NULL' : values[i];
  }
  return `${text}}`;
}

/** A text[] as a literal, for arrays inside arrays. */
export function textLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
