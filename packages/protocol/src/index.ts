/** The language contracts are written in, and everything both ends of a call must agree on. No I/O. */
export * from './call/index.ts';
export { type Clock, delay, type Timer } from './clock.ts';
export * from './codec/index.ts';
export { type Degraded, degraded } from './degraded.ts';
export { canonicalJson, isRecord, type Json } from './json.ts';
export * from './language/index.ts';
export * from './limits.ts';
export {
  badRequest,
  type ErrorKind,
  type ErrorRow,
  isMeshErrorCode,
  MeshError,
  type MeshErrorCode,
  type MeshErrorFacts,
  meshErrors,
} from './mesh-error.ts';
export { printable } from './printable.ts';
export { type Random, randomText } from './random.ts';
export * from './schema/index.ts';
export * from './stream/index.ts';
export { id, isNamespace, isToken, name, namespaceOf, TOKEN, time } from './token.ts';
export { isUlid, UlidSource, ulid, ulidHex } from './ulid.ts';
export * from './wire/index.ts';
