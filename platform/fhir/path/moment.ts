// Comparing dates and times of different precision. Spec: http://hl7.org/fhirpath/N1/#datetime-equality
// A time without zone counts as UTC, as everywhere in Polyclinic.

const MOMENT = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const TIME = /^(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?$/;

/** Year, month, day, hour, minute, second, as far as given; undefined when the text is no date. */
function parts(text: string): number[] | undefined {
  const time = TIME.exec(text);
  if (time !== null) return time.slice(1).filter(Boolean).map(Number);
  const found = MOMENT.exec(text);
  if (found === null) return undefined;
  const given = found
    .slice(1, 7)
    .filter((part) => part !== undefined)
    .map(Number);
  const zone = found[7];
  if (zone === undefined || zone === 'Z' || given.length < 5) return given;
  const minutes = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) * (zone.startsWith('-') ? -1 : 1);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second] = given;
  const utc = new Date(0);
  utc.setUTCFullYear(year, month - 1, day);
  utc.setUTCHours(hour, minute - minutes);
  const shifted = [
    utc.getUTCFullYear(),
    utc.getUTCMonth() + 1,
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
  ];
  return second === undefined ? shifted : [...shifted, second];
}

/** Negative, zero or positive; undefined when precision leaves it open or either is no date. */
export function compareMoments(left: string, right: string): number | undefined {
  const a = parts(left);
  const b = parts(right);
  if (a === undefined || b === undefined) return undefined;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length === b.length ? 0 : undefined;
}

export function isMomentType(type: string): boolean {
  return /^(?:System\.)?(?:date|dateTime|instant|time|Date|DateTime|Time)$/.test(type);
}
