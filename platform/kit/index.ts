// The vocabulary that every room speaks: services, operations, events, permissions, refusals. No I/O, no packages.
export * from './event.ts';
export * from './operation.ts';
export * from './refusal.ts';
export * from './roster.ts';
export * from './schema.ts';
export * from './service.ts';
export * from './subject.ts';
