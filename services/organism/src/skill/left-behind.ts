import type { Outcome } from '@seedcore/contracts';
import { sha256 } from '@seedcore/protocol';
import type { Delivered } from '@seedcore/tasks';
import { z } from 'zod';
import type { Emitted, Remembered } from '../domain/skill-end.ts';
import type { Keep } from '../memory/memories.ts';

/** What a run that counts left to be told, as it is kept in the record of its task by the write that makes it count. */
export const leftBehind = z.strictObject({
  skill: z.string(),
  organ_id: z.string(),
  agent_id: z.string(),
  emitted: z.array(z.strictObject({ kind: z.string(), data: z.unknown() })),
  remembered: z
    .array(
      z.discriminatedUnion('as', [
        z.strictObject({ as: z.literal('item'), key: z.string(), value: z.unknown() }),
        z.strictObject({ as: z.literal('memory'), text: z.string() }),
      ]),
    )
    .optional(),
});
/** What a run that counts left to be told. */
export type LeftBehind = z.output<typeof leftBehind>;

/** What a run that counts wants to be heard and kept. */
type Said = {
  readonly emitted?: readonly Emitted[] | undefined;
  readonly remembered?: readonly Remembered[] | undefined;
};

/** Who hears of it: each event and memory comes with an id of its own, which a repeat has as well. */
export type LeftTo = { readonly tell: TellEmitted; readonly keep: Keep };

/** An event a skill emitted, as it is told. */
export type EmittedEvent = Emitted & Pick<Outcome, 'task_id' | 'skill' | 'organ_id' | 'agent_id' | 'epoch'>;

/** Tells an event once under its id. @throws MeshError when it could not be kept */
export type TellEmitted = (event: EmittedEvent, id: string) => Promise<void>;

/** What a run left behind; undefined when that is nothing. */
export function leftOf(outcome: Outcome, { emitted = [], remembered = [] }: Said): LeftBehind | undefined {
  const { skill, organ_id, agent_id } = outcome;
  if (emitted.length + remembered.length === 0) return undefined;
  const kept = remembered.length === 0 ? {} : { remembered: [...remembered] };
  return { skill, organ_id, agent_id, emitted: [...emitted], ...kept };
}

/**
 * Tells what a run left behind, and has its agent keep the rest; a repeat tells nothing twice.
 *
 * @throws MeshError when not everything could be told yet; ZodError when it was left by something else
 */
export async function tellLeft({ id, epoch, ext }: Omit<Delivered, 'gen'>, { tell, keep }: LeftTo): Promise<void> {
  const { emitted, remembered = [], ...by } = leftBehind.parse(ext);
  for (const [i, event] of emitted.entries())
    await tell({ ...event, ...by, task_id: id, epoch }, eventId(id, epoch, i));
  for (const [i, one] of remembered.entries())
    await keep({ agentId: by.agent_id, taskId: id }, one, eventId(id, epoch, emitted.length + i));
}

/** Longest id of an event, in characters. */
const MAX_ID = 64;

/** Task, epoch and number name an event; ids of tasks that leave no room for the others are hashed. */
function eventId(task: string, epoch: number, i: number): string {
  const whole = `${task}-${epoch}-${i}`;
  return whole.length <= MAX_ID ? whole : `${sha256(task).slice(0, 32)}-${epoch}-${i}`;
}
