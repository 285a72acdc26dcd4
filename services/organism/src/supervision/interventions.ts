import type { InterventionRecord, StoppedBy } from '@seedcore/contracts';
import { type Clock, delay } from '@seedcore/protocol';
import type { Replaced, Tasks } from '@seedcore/tasks';
import type { RunFacts } from '../domain/build-outcome.ts';
import { type Correction, correctionOf, endOfKill, type Kill, type PadOfKill } from '../domain/kill.ts';
import { MAX_RUNS_OF_TASK, RESPAWN_WINDOWS_MS } from '../domain/respawn.ts';
import type { Journal } from '../ports.ts';
import type { LiveAttempt } from './live-attempt.ts';

/** A thread that was told to end goes within two seconds or is left behind; this long after its grace it counts as fenced. */
const SETTLES_MS = 5000;
/** The policy of the queues of organs, by which a supervisor repeats what it has ended. */
const RETRY = { attempts: MAX_RUNS_OF_TASK, windowsMs: [...RESPAWN_WINDOWS_MS] };

/** What interventions stand on. */
export type InterventionPorts = {
  readonly tasks: Pick<Tasks, 'replace'>;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Counts one that held, and tells of it. */
  readonly count: (kill: Kill) => void;
  readonly tell: (record: InterventionRecord) => void;
  readonly warn: (message: string, cause: unknown) => void;
};

/** A verdict that held: how the task goes on at once, and the whole story once the thread is free. */
export type Intervened = {
  readonly next: InterventionRecord['next'];
  readonly nextInMs: number | undefined;
  readonly told: Promise<InterventionRecord>;
};

/** A run of another process, as its host last told of it. */
export type RemoteRun = { readonly facts: RunFacts; readonly ageMs: number; readonly lastSegment: string };

type Next = Pick<Intervened, 'next' | 'nextInMs'>;

/**
 * Ends runs over the head of whoever runs them: fence first, then stop. A durable run is ended by the compare-and-set on
 * its record, one in place by the state its host keeps; whoever comes second changes nothing, counts nothing, tells nothing.
 */
export class Interventions {
  readonly #ports: InterventionPorts;

  constructor(ports: InterventionPorts) {
    this.#ports = ports;
  }

  /** Ends a run of this process; undefined when it was over, or somebody else was faster. */
  async kill(attempt: LiveAttempt, kill: Kill): Promise<Intervened | undefined> {
    if (!attempt.judge(kill)) return undefined;
    const { parts } = attempt;
    let next: Next | undefined;
    try {
      next = parts.durable ? await this.#replace(parts.facts, kill, attempt.correction(kill)) : inPlace(attempt, kill);
    } finally {
      if (next === undefined) attempt.acquit();
      else attempt.sentence();
    }
    if (next === undefined) return undefined;
    const graceMs = kill.graceMs ?? parts.graceMs;
    const about = { facts: parts.facts, durationMs: attempt.ageMs, graceMs };
    return this.#follow({ kill, next, ...about }, this.#letGo(attempt, graceMs));
  }

  /** Ends a durable run of a process that does not do so itself; its thread is out of reach. */
  async killRemote({ facts, ageMs, lastSegment }: RemoteRun, kill: Kill): Promise<Intervened | undefined> {
    const segments = lastSegment === '' ? [] : [lastSegment];
    const next = await this.#replace(facts, kill, correctionOf(kill, segments));
    if (next === undefined) return undefined;
    return this.#follow({ kill, next, facts, durationMs: ageMs, graceMs: 0 }, Promise.resolve('fence'));
  }

  /** Ends a task at its deadline without waiting for whoever runs it; false when there was nothing to end. */
  async expire({ task_id, epoch }: Pick<RunFacts, 'task_id' | 'epoch'>): Promise<boolean> {
    const ended = await this.#ports.tasks.replace(task_id, { epoch, reason: 'its deadline has passed', as: 'expired' });
    return ended.ok;
  }

  async #replace(facts: RunFacts, kill: Kill, correction: Correction): Promise<Next | undefined> {
    const { epoch, task_id } = facts;
    const { kind, reason, respawn } = kill;
    const how = { epoch, reason, kind, correction, as: endOfKill(kind), final: !respawn, retry: RETRY };
    return nextOf(await this.#ports.tasks.replace(task_id, how));
  }

  #follow(held: Held, letGo: Promise<StoppedBy>): Intervened {
    const { count, clock } = this.#ports;
    count(held.kill);
    const at = new Date(clock.wallMs()).toISOString();
    const told = letGo.then((stoppedBy) => this.#keep(recordOf(held, stoppedBy, at)));
    return { ...held.next, told };
  }

  /** The run is ended whether or not the journal can be written. */
  async #keep(record: InterventionRecord): Promise<InterventionRecord> {
    const { journal, tell, warn } = this.#ports;
    tell(record);
    await journal.keep(record).catch((cause: unknown) => warn('an intervention is not in the journal', cause));
    return record;
  }

  async #letGo(attempt: LiveAttempt, graceMs: number): Promise<StoppedBy> {
    const patience = new AbortController();
    const late = delay(this.#ports.clock, graceMs + SETTLES_MS, patience.signal).then(
      (): StoppedBy => 'fence',
      (): StoppedBy => 'agent',
    );
    const by = await Promise.race([attempt.letGo, late]);
    patience.abort();
    return by;
  }
}

type Held = {
  readonly facts: RunFacts;
  readonly kill: Kill;
  readonly next: Next;
  readonly durationMs: number;
  readonly graceMs: number;
};

function recordOf(
  { facts, kill, next, durationMs, graceMs }: Held,
  stoppedBy: StoppedBy,
  at: string,
): InterventionRecord {
  const { agent_id, task_id, organ_id, attempt, epoch, skill, trace_id } = facts;
  return {
    manager_id: kill.by,
    ...{ organ_id, intern_id: agent_id, task_id, attempt, epoch, skill, trace_id, at },
    kind: kill.kind,
    reason: kill.reason,
    duration_ms: Math.round(durationMs),
    ...(kill.evidence === undefined ? {} : { evidence: [...kill.evidence] }),
    ...(kill.mgrEpoch === undefined ? {} : { mgr_epoch: kill.mgrEpoch }),
    ...(kill.pad === undefined ? {} : padOf(kill.pad)),
    stopped_by: stoppedBy,
    grace_ms: graceMs,
    next: next.next,
    ...(next.nextInMs === undefined ? {} : { next_in_ms: next.nextInMs }),
  };
}

const padOf = ({ p, a, d, version }: PadOfKill) => ({ pleasure: p, arousal: a, dominance: d, pad_version: version });

function nextOf(replaced: Replaced): Next | undefined {
  if (!replaced.ok) return undefined;
  const { state, next_in_ms: nextInMs } = replaced.value;
  return { next: state === 'retrying' ? 'respawn' : 'dead_letter', nextInMs };
}

const inPlace = ({ parts }: LiveAttempt, { respawn }: Kill): Next => ({
  next: respawn && !parts.last ? 'respawn' : 'failed',
  nextInMs: undefined,
});
