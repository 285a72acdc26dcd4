import type { Clock, Random } from '@seedcore/protocol';
import { type MemoryJetStream, type MemoryStore, memoryStore } from '@seedcore/store/testing';
import { openTasks } from '../open-tasks.ts';
import type { Tasks } from '../tasks.ts';

/** What one process needs; give several the same `server` and they are processes at one broker. */
export type MemoryTasksPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly server?: MemoryJetStream;
  readonly instance?: string;
};

/** Tasks in memory, and the store beneath them. */
export type MemoryTasks = {
  readonly tasks: Tasks;
  readonly store: MemoryStore;
  /** What went wrong where nobody waited for an answer. */
  readonly reported: readonly { readonly where: string; readonly error: unknown }[];
};

/** Opens durable work in memory. */
export function memoryTasks(ports: MemoryTasksPorts): MemoryTasks {
  const store = memoryStore(ports);
  const reported: { where: string; error: unknown }[] = [];
  const report = (where: string, error: unknown) => {
    reported.push({ where, error });
  };
  const { instance } = ports;
  return { tasks: openTasks(store, instance === undefined ? { report } : { instance, report }), store, reported };
}
