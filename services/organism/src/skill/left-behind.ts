import type { Outcome } from '@seedcore/contracts';
import { sha256 } from '@seedcore/protocol';
import type { Delivered } from '@seedcore/tasks';
import { z } from 'zod';
import type { Emitted } from '../domain/skill-end.ts';

/** What a run that counts left to be told, as it is kept in the record of its task by the write that makes it count. */
export const leftBehind = z.strictObject({
  skill: z.string(),
  organ_id: z.string(),
  agent_id: z.string(),
  emitted: z.array(z.strictObject({ kind: z.string(), data: z.unknown() })),
});
/** What a run that counts left to be told. */
export type LeftBehind = z.output<typeof leftBehind>;

/** An event a skill emitted, as it is told. */
export type EmittedEvent = Emitted & Pick<Outcome, 'task_id' | 'skill' | 'organ_id' | 'agent_id' | 'epoch'>;

/** Tells an event once under its id. @throws MeshError when it could not be kept */
export type TellEmitted = (event: EmittedEvent, id: string) => Promise<void>;

/** What a run left behind; undefined when that is nothing. */
export function leftOf(outcome: Outcome, emitted: readonly Emitted[] = []): LeftBehind | undefined {
  const { skill, organ_id, agent_id } = outcome;
  return emitted.length === 0 ? undefined : { skill, organ_id, agent_id, emitted: [...emitted] };
}

/**
 * Tells what a run left behind; a repeat tells nothing twice.
 *
 * @throws MeshError when not everything could be told yet; ZodError when it was left by something else
 */
export async function tellLeft({ id, epoch, ext }: Omit<Delivered, 'gen'>, tell: TellEmitted): Promise<void> {
  const { emitted, ...by } = leftBehind.parse(ext);
  for (const [i, event] of emitted.entries())
    await tell({ ...event, ...by, task_id: id, epoch }, eventId(id, epoch, i));
}

/** Longest id of an event, in characters. */
const MAX_ID = 64;

/** Task, epoch and number name an event; ids of tasks that leave no room for the others are hashed. */
function eventId(task: string, epoch: number, i: number): string {
  const whole = `${task}-${epoch}-${i}`;
  return whole.length <= MAX_ID ? whole : `${sha256(task).slice(0, 32)}-${epoch}-${i}`;
}
