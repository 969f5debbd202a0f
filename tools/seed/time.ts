// Clinic time: wall clock in an IANA zone to an instant, daylight saving included.

const DAY_MS = 86_400_000;

/** `YYYY-MM-DD` plus days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole years from birth to a day. */
export function yearsBetween(birth: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** 0 is Sunday. */
export const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

const offsets = new Map<string, Intl.DateTimeFormat>();

function offsetMinutes(zone: string, instant: number): number {
  let format = offsets.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    offsets.set(zone, format);
  }
  const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const found = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
}

/** The instant of a wall-clock time in a zone, as `2026-11-21T09:00:00-05:00`. The earlier one where it comes twice. */
export function at(date: string, minutes: number, zone: string): string {
  const wall = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
  let offset = offsetMinutes(zone, wall - offsetMinutes(zone, wall) * 60_000);
  const earlier = offsetMinutes(zone, wall - offset * 60_000 - 3_600_000);
  if (earlier > offset && offsetMinutes(zone, wall - earlier * 60_000) === earlier) offset = earlier;
  const sign = offset < 0 ? '-' : '+';
  const pad = (n: number) => String(Math.abs(n)).padStart(2, '0');
  const local = new Date(wall).toISOString().slice(0, 19);
  return `${local}${sign}${pad(Math.trunc(offset / 60))}:${pad(offset % 60)}`;
}
