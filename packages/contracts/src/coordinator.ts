import { endpoint, event, failure, id, name, service, time } from '@seedcore/protocol';
import { z } from 'zod';
import { resultEnvelope, taskError, taskRoute, taskSpec, taskState, taskSummary, taskView } from './task.ts';
import { triageReport, triageRequest } from './triage.ts';

const count = z.int().nonnegative();
const age = z.number().nonnegative();

const stepName = z.string().regex(/^[a-z0-9_-]{1,40}$/);
const knownSteps = z.strictObject({ id, known: z.array(z.string()) });
const unknownTask = failure(z.strictObject({ id }), { status: 404 });
const conflict = failure(z.strictObject({ id }), { status: 409 });
const limit = z.int().min(1).max(200).default(50);
const deadLetter = z.strictObject({
  id,
  gen: count,
  queue: name,
  type: z.string(),
  reason: z.enum([
    'attempts_spent',
    'runs_lost',
    'not_retryable',
    'effect_unknown',
    'carrier_lost',
    'bad_message',
    'bad_record',
    'held_too_long',
  ]),
  attempts: count,
  dead_at: time,
  last_error: taskError,
  steps: z.array(z.string()).describe('steps that ended, in their order'),
  raw: z.string().optional().describe('what was published, when it could not be read as a task'),
});

const serviceLine = z.strictObject({
  name: z.string(),
  instances: count.describe('that answer on $SRV'),
  version: z.string().optional(),
  ready: z.boolean().describe('as one instance says'),
  missing: z.array(z.string()),
  degraded_by: z.array(z.string()),
});

const pause = z.strictObject({
  reason: z.string(),
  author: z.string().optional(),
  until: time.optional().describe('absent: until it is resumed'),
});
const redrivenTasks = z.array(z.strictObject({ id, gen: count }));
const queueLine = z.strictObject({
  queue: name,
  waiting: count,
  running: count,
  paused: pause.optional().describe('absent: its tasks are begun'),
});

/** Accepts work and answers for it until there is a result. */
export const coordinator = service('coordinator', {
  doc: 'Accepts work and answers for it until there is a result, an honest error, or your own cancellation.',
  version: '0.1.0',
  endpoints: {
    submit_task: endpoint({
      doc: 'Takes a task and gives its id once it is on disk.',
      input: taskSpec,
      output: z.strictObject({ id, gen: count, state: taskState, duplicate: z.boolean() }),
      failures: { conflict },
      idempotent: true,
      deadlineMs: 15_000,
      criticality: 'critical',
    }),
    process_task: endpoint({
      doc: 'Takes a task and waits for its result; not done in time is an answer too.',
      input: taskSpec
        .safeExtend({
          wait_ms: z.int().min(100).max(590_000).optional().describe('all of the time left when left out'),
        })
        .meta({ example: { type: 'analyze_series', params: { values: [1, 1, 2, 1, 9] } } }),
      output: z.strictObject({ id, done: z.boolean(), state: taskState, result: resultEnvelope.optional() }),
      failures: { conflict },
      idempotent: true,
      degradable: true,
      deadlineMs: 60_000,
      criticality: 'critical',
    }),
    get_task: endpoint({
      doc: 'Where a task is, what was tried, and its result.',
      input: z.strictObject({
        id,
        wait_ms: z.int().min(0).max(30_000).default(0).describe('wait so long for it to be final'),
        include: z
          .array(z.enum(['input', 'history']))
          .max(2)
          .default([]),
      }),
      output: taskView,
      failures: { unknown_task: unknownTask },
      idempotent: true,
      deadlineMs: 32_000,
      floorMs: 5,
      criticality: 'critical',
    }),
    list_tasks: endpoint({
      doc: 'Tasks, newest first, with counts by state; ten thousand back at most.',
      input: z.strictObject({
        state: taskState.optional(),
        type: name.optional(),
        queue: name.optional(),
        since: time.optional(),
        limit,
        cursor: z.string().max(128).optional(),
      }),
      output: z.strictObject({
        items: z.array(taskSummary),
        counts: z.record(taskState, count),
        cursor: z.string().optional(),
        complete: z.boolean().describe('false while this replica is still reading, or when old tasks were left out'),
      }),
      idempotent: true,
      deadlineMs: 2000,
    }),
    cancel_task: endpoint({
      doc: 'Stops a task: at once while it waits, within seconds while it runs.',
      input: z.strictObject({
        id,
        reason: z.string().min(1).max(200),
        wait_ms: z.int().min(0).max(10_000).default(5000).describe('for a running task to stop'),
      }),
      output: z.strictObject({ id, state: taskState, stopped_by: z.enum(['nobody', 'owner', 'force']) }),
      failures: {
        unknown_task: unknownTask,
        already_final: failure(z.strictObject({ state: taskState }), { status: 409 }),
      },
      idempotent: true,
      deadlineMs: 15_000,
      criticality: 'critical',
    }),
    signal_task: endpoint({
      doc: 'Says something to a task that waits for it, or will, as an approval: the first one of a name holds.',
      input: z.strictObject({
        id,
        name: z.string().regex(/^[a-z0-9_-]{1,40}$/),
        value: z.unknown().optional().describe('64 KiB of JSON at most'),
      }),
      output: z.strictObject({ id }),
      failures: {
        unknown_task: unknownTask,
        already_final: failure(z.strictObject({ id }), { status: 409 }),
      },
      idempotent: true,
      deadlineMs: 15_000,
      criticality: 'critical',
    }),
    retry_task: endpoint({
      doc: 'Does a task that has ended once more, from its beginning or one of its steps, with the input it had.',
      input: z.strictObject({ id, from_step: stepName.optional() }),
      output: z.strictObject({ id, gen: count }),
      failures: {
        unknown_task: unknownTask,
        not_final: failure(z.strictObject({ id }), { status: 409 }),
        unknown_step: failure(knownSteps, { status: 404 }),
      },
      idempotent: false,
      replays: true,
      maxBytes: 65_536,
      deadlineMs: 15_000,
    }),
    list_dead_letters: endpoint({
      doc: 'Tasks that ended without a result and were not called back, newest first, with the reason.',
      input: z.strictObject({
        queue: name.optional(),
        type: name.optional(),
        reason: deadLetter.shape.reason.optional(),
        limit,
      }),
      output: z.strictObject({ items: z.array(deadLetter), total: count.describe('of the queue, or of all queues') }),
      idempotent: true,
      deadlineMs: 5000,
    }),
    redrive_dead_letter: endpoint({
      doc: 'Gives a dead letter another life, its input repaired by a JSON merge patch.',
      input: z.strictObject({
        id,
        from_step: stepName.optional().describe('steps that ended before it are not run again'),
        patch: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('JSON merge patch of the task: type, description, params, domain, priority, deadline_at, requires'),
      }),
      output: z.strictObject({ redriven: redrivenTasks }),
      failures: {
        unknown_dead_letter: failure(z.strictObject({ id }), { status: 404 }),
        unknown_step: failure(knownSteps, { status: 404 }),
        invalid_patch: z.strictObject({ path: z.string(), why: z.string() }),
      },
      idempotent: false,
      replays: true,
      maxBytes: 262_144,
      deadlineMs: 15_000,
    }),
    redrive_dead_letters: endpoint({
      doc: 'Gives the dead letters of a queue that fit another life, the oldest first.',
      input: z.strictObject({
        queue: name,
        type: name.optional(),
        reason: deadLetter.shape.reason.optional(),
        before: time.optional().describe('only those that died before'),
        from_step: stepName.optional().describe('steps that ended before it are not run again'),
        limit: z.int().min(1).max(100).default(100),
        rate_per_s: z.int().min(10).max(100).default(10),
        dry_run: z.boolean().default(false).describe('says which, and touches nothing'),
      }),
      output: z.strictObject({
        redriven: redrivenTasks,
        skipped: z.array(z.strictObject({ id, why: z.string() })).describe('cannot be repeated, and stay'),
        remaining: count.describe('letters that fit and still lie there'),
      }),
      idempotent: false,
      replays: true,
      maxBytes: 65_536,
      deadlineMs: 30_000,
    }),
    pause_queue: endpoint({
      doc: 'No task of a queue is begun until it is resumed or the time is over; what runs goes on, new tasks are accepted.',
      input: z.strictObject({
        queue: name,
        reason: z.string().min(1).max(200),
        author: z.string().min(1).max(64).optional().describe('who asks for it'),
        for_s: z.int().min(1).max(2_592_000).optional().describe('until it is resumed when left out'),
      }),
      output: z.strictObject({ queue: name, ...pause.shape }),
      idempotent: true,
      deadlineMs: 15_000,
    }),
    resume_queue: endpoint({
      doc: 'The tasks of a paused queue are begun again.',
      input: z.strictObject({ queue: name }),
      output: z.strictObject({ queue: name }),
      idempotent: true,
      deadlineMs: 15_000,
    }),
    anomaly_triage: endpoint({
      doc: 'Finds anomalies in a series, asks what they mean and what to do, and lists every step with its source.',
      input: triageRequest,
      output: triageReport,
      failures: {
        series_too_short: z.strictObject({ n: count }),
        all_missing: z.strictObject({ n: count }),
        conflict,
      },
      idempotent: true,
      degradable: true,
      deadlineMs: 60_000,
      floorMs: 50,
    }),
    get_system_status: endpoint({
      doc: 'The whole mesh in one look: services, mode, queues, tasks, and what is missing.',
      input: z.strictObject({}),
      output: z.strictObject({
        mode: z.string().nullable().describe('null: energy is silent, or has not checked for 30 s'),
        services: z.array(serviceLine),
        queues: z.array(queueLine),
        tasks: z.record(taskState, count),
        missing: z.array(z.string()).describe('what could not be asked, or does not answer'),
        as_of: time,
      }),
      idempotent: true,
      // Asks every service; when that was is in the answer.
      coalesce: true,
      degradable: true,
      deadlineMs: 3000,
      floorMs: 5,
      criticality: 'critical',
    }),
  },
  events: {
    task_routed: event({
      doc: 'A task was handed over to the queue that will do it.',
      kind: 'lossy',
      data: z.strictObject({ id, type: name, ...taskRoute.shape }),
      key: 'id',
    }),
    triage_finished: event({
      doc: 'A triage came to a decision.',
      kind: 'lossy',
      data: z.strictObject({ triage_id: id, agent_id: id, anomalies: count, action: z.string(), ms: age }),
      key: 'triage_id',
    }),
  },
});
