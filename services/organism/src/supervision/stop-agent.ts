import type { ManagerVerdict, StopAnswer } from '@seedcore/contracts';
import { type Clock, delay, MeshError } from '@seedcore/protocol';
import type { Kill } from '../domain/kill.ts';
import type { StopWish, WatchWire } from '../ports.ts';
import type { Intervened, Interventions } from './interventions.ts';
import type { LiveAttempt } from './live-attempt.ts';
import type { LiveAttempts } from './live-attempts.ts';
import type { ElsewhereRun, RunningLists } from './running-lists.ts';

/** A host that has not answered so long after the grace does not, in ms: two seconds for its thread, three for the way. */
const ANSWERS_MS = 5000;
/** Who is named where a person judged. */
const BY = 'kill_agent';

/** What ending the run of an agent stands on. */
export type StopAgentPorts = {
  readonly me: string;
  readonly live: LiveAttempts;
  readonly elsewhere: RunningLists;
  readonly interventions: Interventions;
  readonly wire: WatchWire;
  /** True for an agent that lives here: the others are left to their hosts. */
  readonly hosts: (agentId: string) => boolean;
  readonly clock: Clock;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Ends the run of an agent wherever it lives: its host does it where it answers, else the record of the task is enough. */
export class StopAgent {
  readonly #ports: StopAgentPorts;
  readonly #waiting = new Map<string, (answer: StopAnswer) => void>();

  constructor(ports: StopAgentPorts) {
    this.#ports = ports;
    ports.wire.onStopWanted((wish) => {
      void this.#answer(wish).catch((cause: unknown) => ports.warn('a run is not ended', cause));
    });
    ports.wire.onStopAnswered(({ request, ...answer }) => this.#waiting.get(request)?.(answer));
  }

  /**
   * Ends the run of an agent and tells who made it let go; `already` when it has none.
   *
   * @throws MeshError `unavailable` when its host does not answer and no record tells of a run
   */
  async stop(wish: StopWish, host: string | null): Promise<StopAnswer> {
    const { me, elsewhere } = this.#ports;
    // An agent that was let go of or archived may still have its last run.
    const at = host ?? elsewhere.ofAgent(wish.agent_id)?.host ?? me;
    if (at === me) return this.#here(wish);
    return (await this.#asked(wish)) ?? this.#fenced(wish, at);
  }

  /** Has a run ended by a verdict about it: at once where it is here, else by its host, which may not hear of it. */
  async carryOut(wish: StopWish & { readonly verdict: ManagerVerdict }): Promise<void> {
    const { live, interventions, wire } = this.#ports;
    const attempt = meant(live, wish);
    if (attempt === undefined) wire.wantStop(wish);
    else await interventions.kill(attempt, killOf(wish));
  }

  /** Ends in its record what its host has not ended; nothing when no host tells of it any more. */
  async fence(wish: StopWish & { readonly verdict: ManagerVerdict }): Promise<void> {
    const { task_id, epoch } = wish.verdict;
    const run = this.#ports.elsewhere.all().find(({ line }) => line.task_id === task_id && line.epoch === epoch);
    if (run !== undefined) await this.#inRecord(wish, run);
  }

  async #here(wish: StopWish): Promise<StopAnswer> {
    const attempt = meant(this.#ports.live, wish);
    const held = attempt && (await this.#ports.interventions.kill(attempt, killOf(wish)));
    return held === undefined ? NOTHING_RAN : answerOf(held);
  }

  /** Another replica may ask for an agent that has moved on from here: whoever has it answers. */
  async #answer(wish: StopWish): Promise<void> {
    const { live, wire, hosts } = this.#ports;
    if (wish.verdict !== undefined) return void (await this.#here(wish));
    if (!hosts(wish.agent_id) && live.of(wish.agent_id) === undefined) return;
    wire.answerStop({ request: wish.request, ...(await this.#here(wish)) });
  }

  async #asked(wish: StopWish): Promise<StopAnswer | undefined> {
    const { wire, clock } = this.#ports;
    const answered = Promise.withResolvers<StopAnswer>();
    const patience = new AbortController();
    this.#waiting.set(wish.request, answered.resolve);
    try {
      wire.wantStop(wish);
      const late = delay(clock, wish.grace_ms + ANSWERS_MS, patience.signal).catch(() => undefined);
      return (await Promise.race([answered.promise, late])) ?? undefined;
    } finally {
      this.#waiting.delete(wish.request);
      patience.abort();
    }
  }

  async #fenced(wish: StopWish, host: string): Promise<StopAnswer> {
    const run = this.#ports.elsewhere.ofAgent(wish.agent_id);
    if (run === undefined)
      throw new MeshError('unavailable', { target: wish.agent_id, message: `its host ${host} does not answer` });
    const held = await this.#inRecord(wish, run);
    return held === undefined ? NOTHING_RAN : answerOf(held);
  }

  async #inRecord(wish: StopWish, { host, line, heardMs }: ElsewhereRun): Promise<Intervened | undefined> {
    const { elsewhere, interventions } = this.#ports;
    const { due: _, age_ms, respawn: __, last_segment, segments: ___, ...facts } = line;
    const remote = { facts, ageMs: age_ms + heardMs, lastSegment: last_segment };
    const held = await interventions.killRemote(remote, killOf(wish));
    elsewhere.forget(host, line.task_id);
    return held;
  }
}

const NOTHING_RAN: StopAnswer = { stopped_by: null, already: true };

/** The run a verdict names; without one, whatever the agent runs. */
function meant(live: LiveAttempts, { agent_id, verdict }: StopWish): LiveAttempt | undefined {
  if (verdict === undefined) return live.of(agent_id);
  const { task_id, epoch } = verdict;
  return live.running().find(({ parts: { facts } }) => facts.task_id === task_id && facts.epoch === epoch);
}

function killOf({ reason, grace_ms, respawn, verdict }: StopWish): Kill {
  if (verdict === undefined) return { kind: 'manual', reason, by: BY, graceMs: grace_ms, respawn };
  const { manager_id: by, mgr_epoch: mgrEpoch, evidence, pad } = verdict;
  return { kind: 'pad', reason, by, mgrEpoch, evidence, pad, respawn };
}

async function answerOf({ told, nextInMs }: Intervened): Promise<StopAnswer> {
  const { stopped_by, task_id, attempt } = await told;
  const next = nextInMs === undefined ? {} : { next_in_ms: nextInMs };
  return { stopped_by, attempt: { task_id, attempt, outcome: 'killed', ...next }, already: false };
}
