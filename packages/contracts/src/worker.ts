import { endpoint, failure, id, name, service } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from './organ-record.ts';
import { unknownOrgan } from './organism/refusals.ts';
import { remoteSkill, workerName } from './remote-skill.ts';
import { killKind, runEnd } from './run.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const share = z.number().min(0).max(1);

const unknownWorker = failure(z.strictObject({ worker: workerName }), { status: 404 });
const staleHandle = failure(z.strictObject({ worker: workerName, current_handle: count }), { status: 409 });
const strangers = { unknown_worker: unknownWorker, stale_handle: staleHandle };

const session = { worker: workerName, handle: count.describe('as hello has given it') };
/** Which run a message is about. */
const run = { worker: workerName, task_id: id, epoch: count.describe('of the run, as claim has given it') };

/** Why a run is to end, in one word. */
const stopKind = z.enum([
  ...killKind.options,
  ...(['timeout', 'deadline', 'cancel', 'drain', 'fenced', 'lost'] as const),
]);

/** How programs in any language run skills: over request and reply with JSON, watched as every agent is. */
export const worker = service('worker', {
  doc: 'Programs in any language run skills for organism: they ask for work, say how far they are, and hand in what came of it.',
  version: '0.1.0',
  endpoints: {
    hello: endpoint({
      doc: 'A program says who it is and what it can do; each of its skills gets a queue sk_<skill>, each place of it an agent.',
      input: z.strictObject({
        worker: workerName,
        organ_id: organName,
        skills: z.array(remoteSkill).min(1).max(16),
      }),
      output: z.strictObject({
        handle: count.describe('goes along with claim, beat and bye'),
        agents: z.array(id),
        beat_ms: ms.describe('how often it has to send beat'),
        dead_after_ms: ms.describe('without a beat, or any other message, for so long it is dead'),
      }),
      failures: {
        unknown_organ: unknownOrgan,
        worker_taken: failure(z.strictObject({ worker: workerName, heard_ms_ago: ms, retry_after_ms: ms }), {
          status: 409,
        }),
        skill_conflict: failure(z.strictObject({ skill: name, version: z.string(), reason: z.string() }), {
          status: 409,
        }),
      },
      deadlineMs: 20_000,
    }),
    claim: endpoint({
      doc: 'Waits for work of some skills; what it gets is to be begun, with a beat or progress, within start_by_ms.',
      input: z.strictObject({
        ...session,
        skills: z.array(name).min(1).max(16),
        wait_ms: z.int().min(0).max(25_000).default(20_000),
      }),
      output: z.strictObject({
        work: z
          .strictObject({
            task_id: id,
            attempt: count,
            epoch: count,
            agent_id: id,
            skill: name,
            input: z.unknown(),
            correction: z.unknown().describe('what the run before did wrong, null when there is nothing to say'),
            idempotency_key: z.string(),
            left_ms: ms,
            start_by_ms: ms,
          })
          .nullable(),
        why: z
          .enum(['none', 'paused', 'draining', 'breaker_open'])
          .optional()
          .describe(
            'why there is none: nothing to do, its organ stopped, this replica is going, the skill failed too often',
          ),
      }),
      failures: strangers,
      deadlineMs: 40_000,
      floorMs: 1,
    }),
    progress: endpoint({
      doc: 'One sign of life of a run, a sentence or a call of a tool; the answer says whether to go on.',
      input: z.strictObject({
        ...run,
        seq: count.describe('grows by one; a repeat is not counted again'),
        note: z.string().max(4096).default(''),
        pct: share.nullable().default(null),
        tool: z.string().max(64).nullable().default(null),
        args: z.unknown().optional(),
        result: z.unknown().optional(),
      }),
      output: z.strictObject({
        go: z.enum(['on', 'stop']).describe('stop: the run is not its own any more'),
        left_ms: ms.optional(),
        kind: stopKind.optional(),
      }),
      idempotent: true,
      deadlineMs: 5000,
    }),
    beat: endpoint({
      doc: 'The worker lives, and says what it runs; the answer names what it has to stop.',
      input: z.strictObject({
        ...session,
        running: z.array(z.strictObject({ task_id: id, epoch: count, seq: count.optional() })).max(256),
        free: count.optional().describe('places that are free; nothing rests on it'),
        lag_ms: ms.optional().describe('how late it is; nothing rests on it'),
      }),
      output: z.strictObject({
        ok: z.literal(true),
        stop: z.array(z.strictObject({ task_id: id, kind: stopKind })),
      }),
      failures: strangers,
      idempotent: true,
      deadlineMs: 5000,
    }),
    effect: endpoint({
      doc: 'Begins something that must not be done twice outside of the mesh, or keeps what came of it.',
      input: z.strictObject({
        ...run,
        name: z
          .string()
          .regex(/^[a-z0-9_-]{1,40}$/, 'must be 1 to 40 of a-z 0-9 _ -')
          .meta({ example: 'mail' }),
        phase: z.enum(['begin', 'commit']),
        value: z.unknown().optional(),
      }),
      output: z.strictObject({
        run: z.boolean().optional().describe('to begin: true when it is to be done now, under key'),
        key: z.string().optional(),
        value: z.unknown().optional().describe('what an earlier run has done'),
        unknown: z.boolean().optional().describe('nobody knows whether an earlier run did it: the task ends'),
        ok: z.boolean().optional().describe('to commit'),
      }),
      failures: {
        stopped: z.strictObject({ task_id: id, kind: stopKind }),
        no_effect: z.strictObject({ name: z.string(), reason: z.string() }),
      },
      deadlineMs: 15_000,
    }),
    finish: endpoint({
      doc: 'Hands in what came of a run; the answer says whether it counts. A repeat gets the same answer.',
      input: z.strictObject({
        ...run,
        status: z.enum(['ok', 'error', 'handed_back']),
        output: z.unknown().optional(),
        error: z
          .strictObject({
            code: z
              .string()
              .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a-z first, then up to 63 of a-z 0-9 _')
              .meta({ example: 'bad_scan' }),
            message: z.string().max(400).default(''),
            declared: z.boolean().default(false).describe('true: an answer, which is not tried again'),
            data: z.unknown().optional(),
          })
          .optional(),
        emit: z
          .array(
            z.strictObject({
              kind: z
                .string()
                .regex(/^[a-z][a-z0-9_-]{0,63}$/)
                .meta({ example: 'scanned' }),
              data: z.unknown(),
            }),
          )
          .max(100)
          .default([]),
      }),
      output: z.strictObject({
        accepted: z.boolean(),
        outcome: runEnd.optional().describe('how the run had ended before'),
        late: z.boolean().optional(),
      }),
      failures: {
        bad_output: z
          .strictObject({ problems: z.array(z.string()), may_repeat: z.boolean() })
          .describe('it is not what the skill says it gives; it may be sent once more'),
      },
      idempotent: true,
      deadlineMs: 20_000,
    }),
    bye: endpoint({
      doc: 'The worker goes: what it still has is handed back, uncounted.',
      input: z.strictObject(session),
      output: z.strictObject({ handed_back: count }),
      failures: strangers,
      deadlineMs: 20_000,
    }),
  },
});
