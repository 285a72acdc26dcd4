import { existsSync } from 'node:fs';
import type { Subject } from './run-in-process.ts';
import { BARE, work } from './subjects.ts';

const module = new URL('../peers/cockatiel.mjs', import.meta.url);

/** cockatiel's retry, breaker, timeout and bulkhead around the same function; undefined where it is not installed. */
export async function cockatiel(): Promise<Subject | undefined> {
  if (!existsSync(new URL('../peers/node_modules/cockatiel', import.meta.url))) return undefined;
  const { wrapped }: { wrapped: (work: () => Promise<unknown>) => Subject['call'] } = await import(module.href);
  return { name: 'cockatiel', call: wrapped(work), beyond: BARE };
}
