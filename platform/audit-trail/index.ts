// How every room records who saw what: a line in a durable spool on disk, delivered to the audit service behind it.
export { type Access, accessLine, readAccess } from './access.ts';
export { type AccessTrail, type AccessTrailOptions, openAccessTrail } from './access-trail.ts';
export { type Author, authorText, readAuthor } from './author.ts';
export type { Delivery, SpooledLine } from './drain.ts';
export { createPace } from './pace.ts';
export { patientsIn } from './patients-in.ts';
