import { gzipSync } from 'node:zlib';
import type { BadCase } from './bad-case.ts';

/** A number, or one counted from the largest body the endpoint takes: `max`, `max+1`, `max-8`. */
export type Count = number | string;

/**
 * Bytes described instead of written out. A text stands for its UTF-8; `truncate` and `each` stand for several inputs:
 * every beginning of the bytes but the empty and the whole one, and every single byte from the first to the last.
 */
export type Script =
  | string
  | { readonly hex: string }
  | { readonly repeat: Script; readonly times: Count }
  | { readonly count: number; readonly each: string; readonly join: string }
  | { readonly concat: readonly Script[] }
  | { readonly gzip: Script }
  | { readonly truncate: Script }
  | { readonly each: readonly [number, number] };

/** What a script may refer to. */
export type ScriptFacts = { readonly maxBytes: number };

/** Every input a case stands for, as bytes. */
export function inputsOf({ bytes, value, script }: BadCase, facts: ScriptFacts): readonly Uint8Array[] {
  if (script !== undefined) return expand(script, facts);
  return [bytes === undefined ? Buffer.from(String(value)) : hex(bytes)];
}

function expand(script: Script, facts: ScriptFacts): readonly Uint8Array[] {
  if (typeof script === 'string') return [Buffer.from(script)];
  if ('hex' in script) return [hex(script.hex)];
  if ('repeat' in script) return expand(script.repeat, facts).map((one) => repeated(one, countOf(script.times, facts)));
  if ('count' in script) return [counted(script)];
  if ('concat' in script) return script.concat.reduce<readonly Uint8Array[]>(withEach(facts), [new Uint8Array(0)]);
  if ('gzip' in script) return expand(script.gzip, facts).map((one) => gzipSync(one));
  if ('truncate' in script) return expand(script.truncate, facts).flatMap(beginnings);
  return Array.from({ length: script.each[1] - script.each[0] + 1 }, (_, i) => Uint8Array.of(script.each[0] + i));
}

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

const withEach = (facts: ScriptFacts) => (heads: readonly Uint8Array[], part: Script) =>
  heads.flatMap((head) => expand(part, facts).map((tail) => Buffer.concat([head, tail])));

const beginnings = (bytes: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.max(0, bytes.length - 1) }, (_, i) => bytes.slice(0, i + 1));

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  return times === 0 || bytes.length === 0 ? new Uint8Array(0) : Buffer.alloc(bytes.length * times, bytes);
}

function counted({ count, each, join }: { count: number; each: string; join: string }): Uint8Array {
  return Buffer.from(Array.from({ length: count }, (_, i) => each.replaceAll('#', String(i))).join(join));
}

function countOf(times: Count, { maxBytes }: ScriptFacts): number {
  if (typeof times === 'number') return times;
  const found = /^max([+-]\d+)?$/.exec(times);
  if (found === null) throw new TypeError(`"${times}" is neither a number nor counted from max`);
  return maxBytes + Number(found[1] ?? 0);
}
