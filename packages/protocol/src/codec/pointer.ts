/** Longest JSON Pointer in a refusal, in characters. */
export const MAX_POINTER = 256;
/** Most characters of the input a refusal's message repeats. */
const MAX_SHOWN = 64;
/** Most characters of one key in a pointer. */
const MAX_STEP = 64;

/**
 * One more step of a JSON Pointer. A key longer than 64 characters is cut: the pointer then names no place, but whoever
 * reads it knows which one is meant.
 *
 * @source RFC 6901, "JavaScript Object Notation (JSON) Pointer"
 */
export const pointerTo = (path: string, key: string | number): string =>
  `${path}/${String(key).slice(0, MAX_STEP).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** A pointer of at most `limit` characters: what does not fit is cut by whole steps, so that it names a place around. */
export function cutPointer(pointer: string, limit: number): string {
  if (pointer.length <= limit) return pointer;
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/', limit)));
}

/** A pointer as messages show it: never more of the input than 64 characters. */
export function shownPointer(pointer: string): string {
  if (pointer === '') return '/';
  return pointer.length <= MAX_SHOWN ? pointer : `${pointer.slice(0, MAX_SHOWN - 1)}…`;
}
