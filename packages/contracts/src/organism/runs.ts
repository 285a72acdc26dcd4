import { endpoint, event } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { announcedOutcome, outcome, runHints, runTask } from '../run.ts';
import { runFailures, unknownOrgan } from './refusals.ts';
import { runFacts } from './run-facts.ts';

/** Tasks that are run while a caller waits. */
export const runEndpoints = {
  handle_task: endpoint({
    doc: 'Runs a task on the organ its type leads to, and answers with its outcome.',
    input: z.strictObject({ task: runTask, hints: runHints.prefault({}) }),
    output: outcome,
    failures: runFailures,
    idempotent: true,
    degradable: true,
    deadlineMs: 120_000,
    floorMs: 50,
    criticality: 'critical',
  }),
  execute_on_organ: endpoint({
    doc: 'Runs a task on the named organ, and answers with its outcome.',
    input: z.strictObject({
      organ_id: organName,
      task: runTask,
      hints: runHints.prefault({}),
      organ_timeout_ms: z.int().min(1000).max(300_000).default(30_000),
    }),
    output: outcome,
    failures: { unknown_organ: unknownOrgan, ...runFailures },
    idempotent: true,
    degradable: true,
    deadlineMs: 310_000,
    floorMs: 50,
    criticality: 'critical',
  }),
};

/** What is told of them. */
export const runEvents = {
  attempt_started: event({
    doc: 'An agent began a run of a task.',
    kind: 'lossy',
    data: z.strictObject({
      ...runFacts,
    }),
    key: 'task_id',
  }),
  attempt_finished: event({
    doc: 'A run of a task ended; the outcome without its result.',
    kind: 'lossy',
    data: announcedOutcome,
    key: 'task_id',
  }),
};
