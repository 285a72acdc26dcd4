import { agentRecord } from '@seedcore/contracts';
import { id } from '@seedcore/protocol';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** What the host of an agent says of it. */
export const agentReport = z.object({
  agent_id: id,
  epoch: count,
  task_id: id.optional(),
  progress: share.optional(),
  idle_since: z.string().optional(),
  /** Whether its thread answered; absent when it was not asked. */
  responding: z.boolean().optional(),
  /** For how long its thread has owed an answer, in ms. */
  silent_ms: z.number().nonnegative(),
  standing: agentRecord.pick({ c: true, counters: true, quality: true }).extend({
    p: agentRecord.shape.p.default(null),
    lifecycle: agentRecord.shape.lifecycle.default(null),
  }),
  /** False while state has not yet said what the agent did before. */
  complete: z.boolean(),
});

/** What the host of an agent says of it. */
export type AgentReport = z.output<typeof agentReport>;

/** Which agents of one host are asked, and how long their threads have to answer, in ms; absent: they are not asked. */
export type AgentQuestion = { readonly agentIds: readonly string[]; readonly probeMs?: number };
