import { id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';

/** What names one run of a task, wherever it is told of. */
export const runFacts = {
  task_id: id,
  attempt: z.int().nonnegative(),
  epoch: z.int().nonnegative(),
  organ_id: organName,
  agent_id: id,
  skill: name,
  trace_id: z.string(),
};
