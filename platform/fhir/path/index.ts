// FHIRPath, compiled: the subset that R4's search parameters and invariants use.
export { type CompiledPath, compilePath, compileSyntax } from './compile.ts';
export type { PathContext } from './context.ts';
export { bareModel, CHOICE_TYPES, choiceProperty, type ElementShape, type PathModel } from './model.ts';
export type { PathNode } from './node.ts';
export { parsePath } from './parser.ts';
export { targetType } from './resolve.ts';
export { type Syntax, UnsupportedPath } from './syntax.ts';
