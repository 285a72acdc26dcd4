import { event, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { agentPatch } from './agent-record.ts';

/** What one agent says of itself every two seconds; `changed` carries fields its record should take over. */
export const beat = z.strictObject({
  agent_id: id,
  seq: z.int().nonnegative(),
  load: z.number().min(0).max(1).nullable(),
  progress: z.number().min(0).max(1).nullable(),
  loop_lag_ms: z.number().nonnegative().nullable(),
  at: time,
  changed: agentPatch.extend({ epoch: z.int().nonnegative().optional() }).optional(),
});

/** The beats of every agent one organism instance hosts, several events when there are more than 500. */
export const heartbeat = event({
  doc: 'Load and progress of the agents of one instance, every 2 s; the newest seq of an agent wins.',
  kind: 'lossy',
  data: z.strictObject({ instance: id, agents: z.array(beat).max(500) }),
  key: 'instance',
});

/** What one agent says of itself. */
export type Beat = z.output<typeof beat>;
