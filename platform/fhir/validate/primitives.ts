// The primitive types, by their patterns and ranges: http://hl7.org/fhir/R4/datatypes.html#primitive

export interface Primitive {
  readonly holds: (value: unknown) => boolean;
  /** Completes "must be …". */
  readonly expected: string;
}

const LONGEST_STRING = 1024 * 1024;
const LARGEST_INTEGER = 2_147_483_647;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the characters FHIR forbids.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const YEAR = '(?!0000)[0-9]{4}';
const DAY = `${YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])`;
const CLOCK = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]+)?';
const ZONE = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))';
const DATE = new RegExp(`^(?:${DAY}|${YEAR}(?:-(?:0[1-9]|1[0-2]))?)$`);
const INSTANT = new RegExp(`^${DAY}T${CLOCK}${ZONE}$`);
const TIME = new RegExp(`^${CLOCK}$`);
const CODE = /^\S+(?:\s\S+)*$/;
const URI = /^\S+$/;
const ID = /^[A-Za-z0-9.-]{1,64}$/;
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isString = (value: unknown): boolean => isText(value) && value.length <= LONGEST_STRING && !FORBIDDEN.test(value);
const isInteger = (value: unknown, from: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= LARGEST_INTEGER;
const matching =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);

/** The 31st of June matches the pattern and is no date. */
function isRealDay(text: string): boolean {
  if (text.length < 10) return true;
  const day = (text.charCodeAt(8) - 48) * 10 + text.charCodeAt(9) - 48;
  if (day < 29) return true;
  const month = (text.charCodeAt(5) - 48) * 10 + text.charCodeAt(6) - 48;
  if (month !== 2)
    return (
      day < 31 ||
      month === 1 ||
      month === 3 ||
      month === 5 ||
      month === 7 ||
      month === 8 ||
      month === 10 ||
      month === 12
    );
  const year = Number(text.slice(0, 4));
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const isDate = (value: unknown): boolean => typeof value === 'string' && DATE.test(value) && isRealDay(value);
const isInstant = (value: unknown): boolean => typeof value === 'string' && INSTANT.test(value) && isRealDay(value);

/** Groups of four characters, white space anywhere between; checked by hand because the text may be megabytes long. */
function isBase64(value: unknown): boolean {
  if (!isText(value)) return false;
  let count = 0;
  let padding = 0;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charCodeAt(at);
    if (char === 32 || char === 10 || char === 13 || char === 9) continue;
    count += 1;
    if (char === 61) padding += 1;
    else if (padding > 0) return false;
    else if (!((char >= 65 && char <= 90) || (char >= 97 && char <= 122) || (char >= 47 && char <= 57) || char === 43))
      return false;
  }
  return count > 0 && count % 4 === 0 && padding <= 2;
}

const text = 'a string that is not empty and holds no control characters';
const uri = 'a URI without white space';
const PRIMITIVES = new Map<string, Primitive>([
  ['string', { holds: isString, expected: text }],
  ['markdown', { holds: isString, expected: text }],
  ['code', { holds: matching(CODE), expected: 'a code: no white space but single ones inside' }],
  ['boolean', { holds: (value) => typeof value === 'boolean', expected: 'true or false' }],
  ['integer', { holds: (value) => isInteger(value, -LARGEST_INTEGER - 1), expected: 'an integer of 32 bits' }],
  ['positiveInt', { holds: (value) => isInteger(value, 1), expected: 'an integer from 1 to 2147483647' }],
  ['unsignedInt', { holds: (value) => isInteger(value, 0), expected: 'an integer from 0 to 2147483647' }],
  ['decimal', { holds: (value) => typeof value === 'number' && Number.isFinite(value), expected: 'a decimal number' }],
  ['uri', { holds: matching(URI), expected: uri }],
  ['url', { holds: matching(URI), expected: uri }],
  ['canonical', { holds: matching(URI), expected: uri }],
  ['oid', { holds: matching(OID), expected: 'urn:oid: and an OID' }],
  ['uuid', { holds: matching(UUID), expected: 'urn:uuid: and a UUID in lower case' }],
  ['id', { holds: matching(ID), expected: 'an id of 1 to 64 letters, digits, - and .' }],
  ['date', { holds: isDate, expected: 'a real date: YYYY, YYYY-MM or YYYY-MM-DD' }],
  [
    'dateTime',
    {
      holds: (value) => isInstant(value) || isDate(value),
      expected: 'a real date, or date and time with seconds and zone',
    },
  ],
  ['instant', { holds: isInstant, expected: 'a real date and time with seconds and zone' }],
  ['time', { holds: matching(TIME), expected: 'a time: hh:mm:ss' }],
  ['base64Binary', { holds: isBase64, expected: 'base64' }],
  ['xhtml', { holds: isText, expected: 'XHTML' }],
]);

/** The rule of a primitive type; undefined for complex types. */
export function primitiveOf(type: string): Primitive | undefined {
  return PRIMITIVES.get(type);
}
