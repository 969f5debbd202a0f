// Search parameters: their definitions, what they draw from a resource, and how a search URL is read.
export { type DateSpan, dateSpan } from './date-span.ts';
export type { Extractor } from './extract.ts';
export { type HotParameters, hotParameters } from './hot.ts';
export * from './index-entries.ts';
export { normalise } from './normalise.ts';
export { DEFAULT_COUNT, MAX_COUNT } from './parse/controls.ts';
export { parseSearch, type SearchRequest } from './parse/search.ts';
export { escapeValue } from './parse/split.ts';
export * from './query.ts';
export type { PlannedParameter, TypeParameters } from './registry.ts';
export { compileExtractor, parametersFor } from './registry-r4.ts';
export { hash64, parameterHash, textHash, tokenOf } from './term.ts';
