import { z } from 'zod';

/** What a user may put into a subject or key: one token, no dots, wildcards, spaces or control characters. */
export const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;
const NAMESPACE = /^[A-Za-z0-9_-]{1,32}$/;

/** An id that may become a subject token or a key. */
export const id = z.string().regex(TOKEN, 'must be 1 to 64 of A-Z a-z 0-9 _ -').meta({ example: 'my-id' });

/** A lower-case name of a task type, domain, queue, organ or skill; may become a subject token. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,47}$/, 'must be a-z first, then up to 47 of a-z 0-9 _ -')
  .meta({ example: 'general' });

/** A point in time as RFC 3339 text with a zone. */
export const time = z.iso.datetime({ offset: true }).meta({ example: '2026-11-22T10:00:00Z' });

/** True when `text` is safe as one subject token or key. */
export const isToken = (text: string): boolean => TOKEN.test(text);

/** True when `text` may name a namespace. */
export const isNamespace = (text: string): boolean => NAMESPACE.test(text);

/** The namespace the environment asks for: SEEDCORE_NS, else RAY_NAMESPACE, else `seedcore-dev`. */
export function namespaceOf(env: Readonly<Record<string, string | undefined>>): string {
  const chosen = env['SEEDCORE_NS'] || env['RAY_NAMESPACE'] || 'seedcore-dev';
  if (!isNamespace(chosen))
    throw new RangeError(`SEEDCORE_NS: "${chosen.slice(0, 64)}" is not 1 to 32 of A-Z a-z 0-9 _ -`);
  return chosen;
}
