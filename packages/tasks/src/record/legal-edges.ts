import type { Attempt, TaskState } from '../task-spec.ts';
import { KEPT_ATTEMPTS, type TaskRecord } from './task-record.ts';

/** Who makes a change. */
export type EdgeBy =
  | 'submitter'
  | 'worker'
  | 'owner'
  | 'router'
  | 'supervisor'
  | 'canceller'
  | 'timer'
  | 'housekeeper'
  | 'operator';

/** What changes of a record are called. */
export const edgeCauses = [
  'submitted',
  'rejected',
  'claimed',
  'handed_over',
  'held',
  'postponed',
  'refused',
  'carrier_lost',
  'noted',
  'taken_over',
  'runs_lost',
  'succeeded',
  'retrying',
  'failed',
  'replaced',
  'parked',
  'woken',
  'handed_back',
  'cancelled',
  'expired',
  'restarted',
] as const;
/** What a change of a record is called. */
export type EdgeCause = (typeof edgeCauses)[number];

/** One row of the state machine. */
export type Edge = {
  readonly from: TaskState | 'none';
  readonly to: TaskState;
  readonly cause: EdgeCause;
  readonly by: readonly EdgeBy[];
  readonly when: string;
  /** How the running attempt may end with it; left out, none ends. */
  readonly ends?: readonly NonNullable<Attempt['outcome']>[];
  /** Another attempt begins. */
  readonly begins?: true;
  /** Another message becomes responsible, or may. */
  readonly carrier?: 'new' | 'any';
};

/** States in which a message or a timer carries the task, and nobody runs it. */
const MOVING = ['queued', 'delayed', 'retrying', 'waiting'] as const;
const CARRIED = [...MOVING, 'held'] as const;
const ENDED = ['succeeded', 'failed', 'cancelled', 'expired'] as const;
const from = (states: readonly Edge['from'][], row: Omit<Edge, 'from'>): Edge[] =>
  states.map((state) => ({ from: state, ...row }));

/**
 * Every change that a task's record may go through, each with its cause; what is not here does not happen. A record whose
 * first message is a plain publish begins with what became of that message.
 */
export const legalEdges: readonly Edge[] = [
  { from: 'none', to: 'queued', cause: 'submitted', by: ['submitter', 'worker'], when: 'accepted' },
  { from: 'none', to: 'delayed', cause: 'submitted', by: ['submitter', 'worker'], when: 'it starts later' },
  { from: 'none', to: 'failed', cause: 'rejected', by: ['worker'], when: 'its message cannot be read' },
  ...from(['none', ...CARRIED], { to: 'running', cause: 'claimed', by: ['worker'], when: 'it is due', begins: true }),

  ...MOVING.map(
    (state): Edge => ({
      from: state,
      to: state,
      cause: 'handed_over',
      by: ['router', 'worker'],
      when: 'another message takes over: into another queue, because it came too often, or to wait for longer',
      carrier: 'new',
    }),
  ),
  ...from(['delayed', 'held'], {
    to: 'queued',
    cause: 'handed_over',
    by: ['router'],
    when: 'it belongs into another queue',
    carrier: 'new',
  }),
  ...from(['queued', 'delayed', 'held'], {
    to: 'held',
    cause: 'held',
    by: ['router', 'worker'],
    when: 'not yet: there will be another look, or another message takes over',
    carrier: 'new',
  }),
  { from: 'queued', to: 'delayed', cause: 'postponed', by: ['worker'], when: 'it is not due for long', carrier: 'new' },
  ...from(['queued', 'delayed', 'held'], {
    to: 'failed',
    cause: 'refused',
    by: ['router'],
    when: 'no queue takes it, or it was held for too long',
  }),
  { from: 'waiting', to: 'queued', cause: 'woken', by: ['timer'], when: 'what it waits for came', carrier: 'new' },

  ...CARRIED.flatMap((state): Edge[] => [
    { from: state, to: state, cause: 'carrier_lost', by: ['housekeeper'], when: 'its message is gone', carrier: 'new' },
    { from: state, to: 'failed', cause: 'carrier_lost', by: ['housekeeper'], when: 'the sixth is gone' },
  ]),
  {
    from: 'running',
    to: 'queued',
    cause: 'carrier_lost',
    by: ['housekeeper'],
    when: 'the message of its worker is gone',
    ends: ['lost'],
    carrier: 'new',
  },
  {
    from: 'running',
    to: 'failed',
    cause: 'carrier_lost',
    by: ['housekeeper'],
    when: 'the sixth is gone',
    ends: ['lost'],
  },

  { from: 'running', to: 'running', cause: 'noted', by: ['owner', 'canceller', 'timer'], when: 'something was noted' },
  {
    from: 'running',
    to: 'running',
    cause: 'taken_over',
    by: ['worker'],
    when: 'the lease of its owner has lapsed',
    ends: ['lost'],
    begins: true,
  },
  {
    from: 'running',
    to: 'failed',
    cause: 'runs_lost',
    by: ['worker', 'owner'],
    when: 'the fifth was lost',
    ends: ['lost'],
  },
  { from: 'running', to: 'succeeded', cause: 'succeeded', by: ['owner'], when: 'the handler returned', ends: ['ok'] },
  {
    from: 'running',
    to: 'retrying',
    cause: 'replaced',
    by: ['supervisor'],
    when: 'a supervisor has ended the attempt, with attempts left',
    ends: ['killed'],
    carrier: 'new',
  },
  {
    from: 'running',
    to: 'retrying',
    cause: 'retrying',
    by: ['owner', 'supervisor'],
    when: 'it failed with attempts left',
    ends: ['error', 'timeout'],
    carrier: 'any',
  },
  {
    from: 'running',
    to: 'failed',
    cause: 'failed',
    by: ['owner', 'supervisor'],
    when: 'no attempt is left, or none can help',
    ends: ['error', 'timeout', 'killed'],
  },
  {
    from: 'running',
    to: 'waiting',
    cause: 'parked',
    by: ['owner'],
    when: 'it waits for something',
    ends: ['parked'],
    carrier: 'new',
  },
  {
    from: 'running',
    to: 'queued',
    cause: 'parked',
    by: ['owner'],
    when: 'what it was to wait for came meanwhile',
    ends: ['parked'],
  },
  {
    from: 'running',
    to: 'queued',
    cause: 'handed_back',
    by: ['owner'],
    when: 'drain, or whoever ran it for the owner gave it back or is gone',
    ends: ['handed_back', 'lost'],
  },

  ...from(CARRIED, { to: 'cancelled', cause: 'cancelled', by: ['canceller', 'worker'], when: 'it is not wanted' }),
  ...from(['none', ...CARRIED], { to: 'expired', cause: 'expired', by: ['timer', 'worker'], when: 'its time is over' }),
  {
    from: 'running',
    to: 'cancelled',
    cause: 'cancelled',
    by: ['owner', 'canceller', 'worker'],
    when: 'it is not wanted, and its owner has given it up or had five seconds to',
    ends: ['cancelled'],
  },
  {
    from: 'running',
    to: 'expired',
    cause: 'expired',
    by: ['owner', 'timer', 'worker', 'supervisor'],
    when: 'its time is over, and its owner has given it up, or had five seconds to, or is watched by somebody who ends it',
    ends: ['timeout'],
  },

  ...from(['none', ...ENDED], {
    to: 'queued',
    cause: 'restarted',
    by: ['operator'],
    when: 'retry, or redrive, also of a letter that outlived its record',
    carrier: 'new',
  }),
];

/** The row that a change of a record takes; undefined when the state machine knows none. */
export function edgeOf(before: TaskRecord | undefined, after: TaskRecord): Edge | undefined {
  return legalEdges.find((edge) => fits(edge, before, after));
}

function fits(edge: Edge, before: TaskRecord | undefined, after: TaskRecord): boolean {
  const moved = edge.from === (before?.state ?? 'none') && edge.to === after.state;
  return moved && isWhole(after) && (before === undefined ? fitsFirst(edge, after) : fitsNext(edge, before, after));
}

/** Nothing precedes it but, for a restarted one, a letter. */
function fitsFirst(edge: Edge, after: TaskRecord): boolean {
  return (edge.cause === 'restarted') === after.gen > 1 && after.attempt === (edge.begins ? 1 : 0);
}

function fitsNext(edge: Edge, before: TaskRecord, after: TaskRecord): boolean {
  const again = edge.cause === 'restarted';
  const attempt = again ? 0 : before.attempt + (edge.begins ? 1 : 0);
  return (
    before.id === after.id &&
    after.gen === before.gen + (again ? 1 : 0) &&
    after.attempt === attempt &&
    (edge.cause === 'carrier_lost') === lostCarriers(after) > lostCarriers(before) &&
    isLater(before, after) &&
    (edge.carrier === 'any' || (edge.carrier === 'new') === (before.carrier !== after.carrier)) &&
    fitsEnd(edge, before, after)
  );
}

const lostCarriers = ({ lost_carriers: lost = 0 }: TaskRecord): number => lost;

function fitsEnd({ ends }: Edge, before: TaskRecord, after: TaskRecord): boolean {
  if (before.state !== 'running') return true;
  const outcome = after.attempts.find(({ n }) => n === before.attempt)?.outcome;
  return ends === undefined ? outcome === undefined : outcome !== undefined && ends.includes(outcome);
}

/** Epochs only grow; that of a new attempt is 0 until the next write. */
function isLater(before: TaskRecord, after: TaskRecord): boolean {
  if (after.attempt !== before.attempt && after.gen === before.gen)
    return after.epoch === 0 || after.epoch > before.epoch;
  return after.epoch === before.epoch || before.epoch === 0;
}

/** Attempts are numbered without holes up to the newest, and only the newest of a running task is open. */
function isWhole({ attempt, attempts, state }: TaskRecord): boolean {
  if (attempts.length !== Math.min(attempt, KEPT_ATTEMPTS)) return false;
  return attempts.every(({ n, outcome }, i) => {
    const newest = i === attempts.length - 1;
    return n === attempt - attempts.length + 1 + i && (outcome === undefined) === (newest && state === 'running');
  });
}
