import { time } from '@seedcore/protocol';
import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';

/** Longest pause between two signs of life, in ms. */
const SIGN_OF_LIFE_MS = 5000;
/** Time kept back for the end of the run, in ms. */
const RESERVE_MS = 250;
const WEEK_MS = 7 * 86_400_000;

/** Lets time pass. A task of a queue is parked meanwhile; in place it holds its agent, and waits no longer than its caller. */
export const wait = defineSkill({
  name: 'wait',
  version: '1.0.0',
  doc: 'Waits until a time or for a while: parked when it comes through a queue, else at most as long as its caller.',
  input: z
    .strictObject({
      until: time.optional(),
      for_ms: z.int().min(0).max(WEEK_MS).optional(),
      hold: z.boolean().default(false).describe('keeps its agent all the while, as a long piece of work would'),
    })
    .refine(({ until, for_ms }) => (until === undefined) !== (for_ms === undefined), 'give either until or for_ms'),
  output: z.strictObject({ woke_by: z.literal('time'), waited_ms: z.int().nonnegative() }),
  failures: { too_long: z.strictObject({ wanted_ms: z.int(), left_ms: z.int() }) },
  idempotent: true,
  isolation: 'inline',
  role: 'O',
  limits: { timeoutMs: 600_000 },
  graceMs: 0,
  parks: (wanted, began) => (wanted.hold ? began : endOf(wanted, began)),
  async run({ until, for_ms }, context) {
    const began = await context.step('began', async () => context.now());
    const wanted = Math.max(0, endOf({ until, for_ms }, began) - context.now());
    const left = Math.floor(Math.max(0, context.left() - RESERVE_MS));
    if (wanted > left) context.fail('too_long', { wanted_ms: Math.ceil(wanted), left_ms: left });
    for (let rest = wanted; rest > 0; rest -= SIGN_OF_LIFE_MS) {
      context.progress(`${Math.ceil(rest)} ms to go`, { pct: 1 - rest / wanted });
      await context.pause(Math.min(rest, SIGN_OF_LIFE_MS));
    }
    return { woke_by: 'time' as const, waited_ms: Math.max(0, Math.round(context.now() - began)) };
  },
});

type Wanted = { readonly until?: string | undefined; readonly for_ms?: number | undefined };

function endOf({ until, for_ms }: Wanted, began: number): number {
  return until === undefined ? began + (for_ms ?? 0) : Date.parse(until);
}
