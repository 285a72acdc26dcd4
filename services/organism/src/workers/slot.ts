import { type Clock, type Timer, validate } from '@seedcore/protocol';
import type { z } from 'zod';
import type { RemotePlace } from '../agents/local-agent.ts';
import type { SkillEnd, StopKind } from '../domain/skill-end.ts';
import type { RunPorts } from '../isolate/isolate.ts';
import type { Skill } from '../skill/define-skill.ts';
import { listProblems } from '../skill/problem-list.ts';
import type { RunOrder, SkillHost } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import type { Claims, Promised } from './claims.ts';

/** Work that is not begun within this time, by a beat or a progress, goes to the next worker, in ms. */
export const START_MS = 10_000;

/** What a slot stands on. */
export type SlotParts = {
  readonly agentId: string;
  readonly skill: string;
  readonly clock: Clock;
  readonly claims: Claims;
  /** What its skill takes; undefined when that is not known here. */
  readonly input: () => z.ZodType | undefined;
  /** Resolves when its worker is next heard; at once when it was heard just now. */
  readonly heard: () => Promise<void>;
  /** Its run was ended while the worker had it. */
  readonly stopped: (run: SlotRun, kind: StopKind) => void;
};

/** What a worker is doing in one of its places. */
export type SlotRun = {
  readonly order: RunOrder;
  readonly host: SkillHost;
  readonly givenAt: number;
  /** A beat or a progress has named it. */
  begun: boolean;
  /** Number of the last sign of life. */
  seq: number;
  /** Why it is to end; undefined while it may go on. */
  stop: StopKind | undefined;
  /** Its output was no output of its skill, once. */
  refused: boolean;
  readonly end: (end: SkillEnd) => void;
};

/** One place of a worker: the agent that has it runs there what the worker asks for. */
export class Slot implements RemotePlace {
  readonly agentId: string;
  readonly alive = false;
  readonly stuck = 0;
  readonly #parts: SlotParts;
  #promised: Promised | undefined;
  #run: SlotRun | undefined;

  constructor(parts: SlotParts) {
    this.agentId = parts.agentId;
    this.#parts = parts;
  }

  /** What is under way here. */
  get running(): SlotRun | undefined {
    return this.#run;
  }

  get ready(): boolean {
    return this.#run === undefined && this.#parts.claims.has(this.#parts.skill);
  }

  promise(): void {
    this.#promised = this.#parts.claims.promise(this.#parts.skill);
  }

  release(): void {
    this.#promised?.takeBack();
    this.#promised = undefined;
  }

  ping(): Promise<void> {
    return this.#parts.heard();
  }

  close(): void {
    this.release();
    this.#run?.end({ end: 'let_go', as: 'lost' });
  }

  async run(skill: Skill, order: RunOrder, { host, signal, started }: RunPorts): Promise<SkillEnd> {
    if (signal.aborted) return { end: 'stopped', by: 'agent' };
    const bad = this.#refused(order.input);
    if (bad !== undefined) return bad;
    const promised = this.#promised;
    if (promised === undefined) return { end: 'let_go', as: 'handed_back' };
    this.#promised = undefined;
    const { clock } = this.#parts;
    const done = Promise.withResolvers<SkillEnd>();
    const given = { order, host, givenAt: clock.now(), begun: false, seq: 0, refused: false };
    const run: SlotRun = { ...given, stop: undefined, end: done.resolve };
    this.#run = run;
    let timer: Timer = clock.after(START_MS, () => {
      if (!run.begun) run.end({ end: 'let_go', as: 'lost' });
    });
    const onAbort = () => {
      const { kind, graceMs = skill.graceMs } = signal.reason instanceof Stopped ? signal.reason : CANCELLED;
      run.stop = kind;
      timer.cancel();
      timer = clock.after(graceMs, () => run.end({ end: 'stopped', by: 'fence' }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      promised.give(workOf(this.agentId, order));
      started();
      return await done.promise;
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      this.#run = undefined;
      if (run.stop !== undefined) this.#parts.stopped(run, run.stop);
    }
  }

  #refused(input: unknown): SkillEnd | undefined {
    const schema = this.#parts.input();
    const checked = schema === undefined ? undefined : validate(schema, input);
    if (checked === undefined || checked.ok) return undefined;
    const { problems } = checked;
    return { end: 'failed', code: 'bad_input', message: listProblems(problems), data: { problems } };
  }
}

const CANCELLED: { readonly kind: StopKind; readonly graceMs?: number | undefined } = { kind: 'cancel' };

function workOf(agent_id: string, order: RunOrder) {
  const { taskId, attempt, epoch, skill, input, correction = null, idempotencyKey, leftMs } = order;
  return {
    ...{ task_id: taskId, attempt, epoch, agent_id, skill, input, correction },
    idempotency_key: idempotencyKey,
    left_ms: Math.max(0, Math.round(leftMs)),
    start_by_ms: START_MS,
  };
}
