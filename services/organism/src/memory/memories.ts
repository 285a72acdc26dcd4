import type { FoundMemory } from '@seedcore/tasks/skill';
import type { Remembered } from '../domain/skill-end.ts';
import type { CallHow } from '../ports.ts';

/** Whose memory is meant, and of which task and organ. */
export type Rememberer = { readonly agentId: string; readonly taskId: string };

/** What agents keep with state for the skills they run. */
export interface Memories {
  /** A working item of an agent; undefined when there is none. @throws MeshError when state cannot be asked */
  item(agentId: string, key: string, how: CallHow): Promise<unknown>;
  /** What an agent and its project remember. @throws MeshError when state cannot be asked */
  search(
    agentId: string,
    wanted: { readonly query: string; readonly k: number },
    how: CallHow,
  ): Promise<readonly FoundMemory[]>;
  /** Keeps something a run that counts has left, once under its id. @throws MeshError when it has to be tried again */
  keep(by: Rememberer, what: Remembered, id: string): Promise<void>;
}

/** Keeps something a run that counts has left. */
export type Keep = Memories['keep'];
