// The span of time that a FHIR date, dateTime or instant stands for: 2020 is the whole year. Times without zone count as
// UTC. Spec: http://hl7.org/fhir/R4/search.html#date

export interface DateSpan {
  /** First moment, ISO in UTC with six decimals. */
  readonly low: string;
  /** Last microsecond, inclusive. */
  readonly high: string;
  /** First moment after: `high` plus one microsecond. */
  readonly after: string;
  /** `low` and `after` in milliseconds since 1970. */
  readonly lowMs: number;
  readonly afterMs: number;
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
// PostgreSQL's timestamps and ISO texts of four-digit years agree within these.
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59Z');

function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  if (year >= 100) return Date.UTC(year, month, day, hour, minute, second);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.setUTCHours(hour, minute, second);
}

/** A moment as text; years outside 1 to 9999 (a zone can push there) become infinite. */
function iso(ms: number, micros: string): string {
  if (ms < FIRST_MS) return '-infinity';
  if (ms > LAST_MS) return 'infinity';
  return `${new Date(ms).toISOString().slice(0, 19)}.${micros}Z`;
}

/** undefined when the text is no FHIR date. */
export function dateSpan(text: string): DateSpan | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const year = Number(found[1]);
  const month = found[2] === undefined ? undefined : Number(found[2]);
  const day = found[3] === undefined ? undefined : Number(found[3]);
  if (year === 0 || (month !== undefined && (month < 1 || month > 12))) return undefined;
  if (day !== undefined && (day < 1 || day > (DAYS[(month as number) - 1] as number))) return undefined;
  if (month === undefined) return whole(utc(year, 0, 1), utc(year + 1, 0, 1));
  if (day === undefined) return whole(utc(year, month - 1, 1), utc(year, month, 1));
  const start = utc(year, month - 1, day);
  // 29 February in a common year slid into March.
  if (new Date(start).getUTCDate() !== day) return undefined;
  if (found[4] === undefined) return whole(start, start + 86_400_000);
  return withinDay(start, found);
}

function withinDay(start: number, found: RegExpExecArray): DateSpan | undefined {
  const [hour, minute, second] = [Number(found[4]), Number(found[5]), Number(found[6] ?? '0')];
  const zone = found[8];
  const offset = zone === undefined || zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  // 24:00 is midnight's other name, and a leap second is legal FHIR.
  if (hour > 24 || minute > 59 || second > 60 || offset > 14 * 60 || (hour === 24 && minute + second > 0))
    return undefined;
  const shift = zone?.startsWith('-') ? offset : -offset;
  const seconds = start + ((hour * 60 + minute + shift) * 60 + Math.min(second, 59)) * 1000;
  if (found[6] === undefined) return whole(seconds, seconds + 60_000);
  const fraction = found[7];
  if (fraction === undefined) return whole(seconds, seconds + 1000);
  const digits = fraction.slice(0, 6);
  const next = (BigInt(digits) + 1n).toString().padStart(digits.length, '0');
  const carries = next.length > digits.length;
  const afterSeconds = carries ? seconds + 1000 : seconds;
  const afterDigits = carries ? '000000' : next.padEnd(6, '0');
  return {
    low: iso(seconds, digits.padEnd(6, '0')),
    high: iso(seconds, digits.padEnd(6, '9')),
    after: iso(afterSeconds, afterDigits),
    lowMs: seconds + Number(digits.padEnd(6, '0')) / 1000,
    afterMs: afterSeconds + Number(afterDigits) / 1000,
  };
}

function whole(lowMs: number, afterMs: number): DateSpan {
  return {
    low: iso(lowMs, '000000'),
    high: iso(afterMs - 1000, '999999'),
    after: iso(afterMs, '000000'),
    lowMs,
    afterMs,
  };
}

/** A moment given in milliseconds, as text with six decimals. */
export function isoMicros(ms: number): string {
  const seconds = Math.floor(ms / 1000) * 1000;
  return iso(seconds, `${String(Math.floor(ms - seconds)).padStart(3, '0')}000`);
}
