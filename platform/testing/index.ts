// What tests share: a real database, a clock that stands still, waiting without guessing.
export { eventually } from './eventually.ts';
export { type FixedClock, withFixedClock } from './fixed-clock.ts';
export { descendantsOf, type Launched, launch, systemToken } from './launched.ts';
export { type TestDatabase, type TestServer, withPostgres } from './with-postgres.ts';
