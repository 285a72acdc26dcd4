import type { Clock } from '@seedcore/protocol';
import { limitsOf } from '../domain/attempt-clocks.ts';
import type { LiveParts } from '../supervision/live-attempt.ts';

/** A run with everything filled in: durable, of agent `a`, with the usual clocks. */
export const liveParts = (clock: Clock, parts: Partial<LiveParts> = {}): LiveParts => ({
  facts: { task_id: 't', attempt: 1, epoch: 7, organ_id: 'o', agent_id: 'a', skill: 's', trace_id: 'x' },
  durable: true,
  last: false,
  respawn: true,
  repeatable: false,
  graceMs: 5000,
  limits: limitsOf({ timeoutMs: 600_000 }),
  deadlineAt: undefined,
  clock,
  ...parts,
});
