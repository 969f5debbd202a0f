// Search parameters: their definitions, what they draw from a resource, and how a search URL is read.
export * from './index-entries.ts';
export * from './query.ts';
