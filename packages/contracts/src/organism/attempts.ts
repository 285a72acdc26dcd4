import { endpoint, event, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { organName, padVersion } from '../organ-record.ts';
import { killKind } from '../run.ts';
import { padScore } from './managers.ts';
import { staleHandle, unknownAgent } from './refusals.ts';
import { runFacts } from './run-facts.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const left = z.number().describe('ms until it runs out; negative when it has');
const why = z.string().min(1).max(200);
const share = z.number().min(0).max(1);

/** Who made a killed run let go: its skill, the end of its thread, or nobody, so that it is only kept from having effects. */
export const stoppedBy = z.enum(['agent', 'terminate', 'fence']);

/** One run that was ended by whoever watches it, as it is kept in the journal and told as an event. */
export const interventionRecord = z.strictObject({
  manager_id: id.describe('who judged: sweeper, repeats, kill_agent, or a manager'),
  organ_id: organName,
  intern_id: id,
  task_id: id,
  attempt: count,
  epoch: count,
  skill: name,
  kind: killKind,
  reason: why,
  duration_ms: ms,
  evidence: z.array(count).max(10).optional().describe('numbers of the segments the verdict rests on'),
  mgr_epoch: count.optional().describe('of the manager that judged'),
  pleasure: share.optional().describe('of the output, as it was judged; so are arousal and dominance'),
  arousal: share.optional(),
  dominance: share.optional(),
  pad_version: padVersion.optional(),
  stopped_by: stoppedBy,
  grace_ms: ms,
  next: z.enum(['respawn', 'dead_letter', 'failed']),
  next_in_ms: ms.optional().describe('absent for a run in place: its caller decides'),
  at: time,
  trace_id: z.string(),
});

const killed = z.strictObject({
  task_id: id,
  attempt: count,
  outcome: z.literal('killed'),
  next_in_ms: ms.optional(),
});

const stopAnswer = z.strictObject({
  stopped_by: stoppedBy.nullable().describe('null: nothing ran'),
  attempt: killed.optional(),
  already: z.boolean().describe('true when there was nothing to end'),
});

/** Ending runs, and what became of it. */
export const attemptEndpoints = {
  kill_agent: endpoint({
    doc: 'Ends the run an agent has: in the record at once, then its skill, by force after the grace.',
    input: z.strictObject({
      agent_id: id,
      epoch: count.optional().describe('of the agent: an older one is refused'),
      reason: why,
      grace_ms: z.int().min(0).max(30_000).default(5000),
      respawn: z.boolean().default(true).describe('false: the task gets no further run'),
    }),
    output: stopAnswer.extend({ epoch: count }),
    failures: {
      unknown_agent: unknownAgent,
      stale_handle: staleHandle,
    },
    // A repeat could end the next run: whoever is not answered looks first.
    idempotent: false,
    deadlineMs: 45_000,
    criticality: 'critical',
  }),
  list_interventions: endpoint({
    doc: 'Runs that were ended by whoever watches them, newest first, for 14 days.',
    input: z.strictObject({
      since: time.optional(),
      until: time.optional(),
      organ_id: organName.optional(),
      manager_id: id.optional(),
      task_id: id.optional(),
      kind: killKind.optional(),
      limit: z.int().min(1).max(1000).default(100),
      cursor: z.string().max(64).optional(),
    }),
    output: z.strictObject({
      interventions: z.array(interventionRecord),
      counts: z.partialRecord(killKind, count).describe('of all that match but for the kind'),
      complete: z.boolean().describe('false when the journal holds more than was read, 10,000'),
      next_cursor: z.string().optional(),
    }),
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'optional',
  }),
};

/** What a manager found a run to be: it ends by it, unless it has ended. */
const verdict = z.strictObject({
  manager_id: id,
  mgr_epoch: count,
  task_id: id,
  epoch: count,
  evidence: z.array(count).max(10),
  pad: padScore.extend({ version: padVersion }),
});

const specialty = z.strictObject({ organ_id: organName, specialty: name });

/** What is told of runs under way, and of what was done about them. */
export const attemptEvents = {
  attempts_running: event({
    doc: 'Durable runs of one instance and how long their clocks have, every 2 s while there are any.',
    kind: 'lossy',
    data: z.strictObject({
      instance: id,
      runs: z
        .array(
          z.strictObject({
            ...runFacts,
            age_ms: ms,
            respawn: z.boolean(),
            last_segment: z.string().max(200),
            segments: count.describe('told so far'),
            due: z.strictObject({
              silent_ms: left.nullable().describe('null while a call of the skill is open'),
              idle_ms: left.nullable().describe('null before the skill has begun'),
              run_ms: left,
              deadline_ms: left.nullable(),
            }),
          }),
        )
        .max(500),
    }),
    key: 'instance',
  }),
  stop_wanted: event({
    doc: 'Asks the host of an agent to end the run it has.',
    kind: 'lossy',
    data: z.strictObject({
      request: id,
      agent_id: id,
      reason: why,
      grace_ms: ms,
      respawn: z.boolean(),
      verdict: verdict.optional().describe('of a manager, about this run and no other; left out: whatever runs'),
    }),
    key: 'agent_id',
  }),
  stop_answered: event({
    doc: 'What became of such a request.',
    kind: 'lossy',
    data: stopAnswer.extend({ request: id }),
    key: 'request',
  }),
  intervention: event({
    doc: 'A run was ended by whoever watches it.',
    kind: 'lossy',
    data: interventionRecord,
    key: 'task_id',
  }),
  specialty_opened: event({
    doc: 'Six runs of a skill in a row failed in an organ: it gets no more for 300 s.',
    kind: 'lossy',
    data: specialty,
    key: 'organ_id',
  }),
  specialty_half_open: event({
    doc: 'After that time one run is tried.',
    kind: 'lossy',
    data: specialty,
    key: 'organ_id',
  }),
  specialty_closed: event({
    doc: 'Two such runs in a row succeeded: the skill is open to all again.',
    kind: 'lossy',
    data: specialty,
    key: 'organ_id',
  }),
};

/** A run that was ended by whoever watches it. */
export type InterventionRecord = z.output<typeof interventionRecord>;
/** Who made a killed run let go. */
export type StoppedBy = z.output<typeof stoppedBy>;
/** What became of a wish to end the run of an agent. */
export type StopAnswer = z.output<typeof stopAnswer>;
/** What a manager found a run to be. */
export type ManagerVerdict = z.output<typeof verdict>;
/** A durable run of one instance, as others see it. */
export type RunningLine = z.output<typeof attemptEvents.attempts_running.data>['runs'][number];
