import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from '../asked-process.ts';

/** A durable queue: one process submits, another one works. */
export type Contender = { readonly name: string; readonly process: ProcessSpec };

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Always measured. */
export const ownContenders: readonly Contender[] = [
  { name: 'tasks', process: { script: here('main-tasks.ts') } },
  {
    name: 'tasks alone',
    process: { script: here('main-tasks.ts'), args: ['alone'], env: { SEEDCORE_NS: 'alone' } },
  },
  { name: 'raw work queue', process: { script: here('main-raw.ts'), args: ['work-queue'] } },
  { name: 'raw stream', process: { script: here('main-raw.ts'), args: ['stream'] } },
];

/** Measured where it is installed, at a Redis or Valkey on that port. */
export const bullmq = (port: number): Contender => ({
  name: 'BullMQ',
  process: { script: here('../peers/main-bullmq.mjs'), env: { REDIS_PORT: String(port) } },
});
