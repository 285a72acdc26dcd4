import type { StoppedBy } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import {
  begun,
  type ClockLimits,
  type ClockState,
  callClosed,
  callOpened,
  type Due,
  dueIn,
  givenNow,
  segment,
} from '../domain/attempt-clocks.ts';
import type { RunFacts } from '../domain/build-outcome.ts';
import type { Correction, Kill } from '../domain/kill.ts';
import { correctionOf } from '../domain/kill.ts';
import { REMEMBERED_CALLS, repeatLoop, type ToolCall, toolCall } from '../domain/repeat-loop.ts';
import { Stopped } from '../skill/stopped.ts';

/** Segments remembered of one run, for its correction. */
const REMEMBERED_SEGMENTS = 5;

/** What a live run is made of. */
export type LiveParts = {
  readonly facts: RunFacts;
  /** True when a task record tells of it: then the record decides who ends it. */
  readonly durable: boolean;
  /** True when no other run may follow. */
  readonly last: boolean;
  /** True when a run that outlived its time is worth another. */
  readonly respawn: boolean;
  /** True for a skill that may ask the same again and again. */
  readonly repeatable: boolean;
  readonly graceMs: number;
  readonly limits: ClockLimits;
  /** Silence is not held against it before it is this old, in ms; 30 s unless somebody says otherwise. */
  readonly warmUpMs?: number | undefined;
  readonly deadlineAt: number | undefined;
  readonly clock: Clock;
};

/** A segment: one step, one sentence, one call of a tool. */
export type Segment = {
  readonly note: string;
  readonly tool?: string;
  readonly args?: unknown;
  readonly result?: unknown;
};

/**
 * One run of this process while it lasts.
 *
 * 1. It is ended once: by itself, or by the first verdict that holds; whatever comes later changes nothing.
 * 2. From its end on nothing it does has an effect; its skill is told, and has its grace to let go.
 */
export class LiveAttempt {
  readonly parts: LiveParts;
  /** When it was given to its thread, on the clock of this process. */
  readonly givenAt: number;
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<Kill>();
  readonly #letGo = Promise.withResolvers<StoppedBy>();
  #clocks: ClockState;
  #state: 'live' | 'judged' | 'killed' | 'over' = 'live';
  #judging: PromiseWithResolvers<void> | undefined;
  #kill: Kill | undefined;
  #segments: string[] = [];
  #calls: ToolCall[] = [];
  #told = 0;

  constructor(parts: LiveParts) {
    this.parts = parts;
    this.givenAt = parts.clock.now();
    this.#clocks = givenNow(this.givenAt, parts.warmUpMs);
  }

  /** Aborts when the run has to end, for whatever reason; its reason is a `Stopped`. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The verdict that ended it; undefined while none has. */
  get kill(): Kill | undefined {
    return this.#state === 'killed' ? this.#kill : undefined;
  }

  /** True once nothing it does may have an effect any more: a verdict has ended it, or its task is another's. */
  get fenced(): boolean {
    const { aborted, reason } = this.#stop.signal;
    return this.#state === 'killed' || (aborted && reason instanceof Stopped && reason.kind === 'fenced');
  }

  /** Resolves with the verdict that ends it; never, when it ends by itself. */
  get killed(): Promise<Kill> {
    return this.#ended.promise;
  }

  /** Resolves when its thread is free of it. */
  get letGo(): Promise<StoppedBy> {
    return this.#letGo.promise;
  }

  /** The last thing it said. */
  get lastSegment(): string {
    return this.#segments.at(-1) ?? '';
  }

  /** How many segments it has told. */
  get segments(): number {
    return this.#told;
  }

  get ageMs(): number {
    return this.parts.clock.now() - this.givenAt;
  }

  /** How long each of its clocks has left. */
  due(): Due {
    const { limits, clock, deadlineAt } = this.parts;
    return dueIn(this.#clocks, limits, { now: clock.now(), ...(deadlineAt === undefined ? {} : { deadlineAt }) });
  }

  /** Its skill begins: starting a thread or process is not its time. */
  begun(): void {
    this.#clocks = begun(this.#clocks, this.parts.clock.now());
  }

  /** This process stood still: what was not heard meanwhile is nobody's silence. */
  thawed(): void {
    this.#clocks = segment(this.#clocks, this.parts.clock.now());
  }

  /** It said something. @returns why it goes in circles, in words, and with which segments; undefined when it does not */
  segment(said: Segment): { readonly why: string; readonly evidence: readonly number[] } | undefined {
    this.#clocks = segment(this.#clocks, this.parts.clock.now());
    this.#segments = [...this.#segments, said.note.slice(0, 200)].slice(-REMEMBERED_SEGMENTS);
    this.#told++;
    const { tool } = said;
    if (tool === undefined || this.parts.repeatable) return undefined;
    this.#calls = [...this.#calls, toolCall({ ...said, tool })].slice(-REMEMBERED_CALLS);
    const why = repeatLoop(this.#calls);
    return why === undefined ? undefined : { why, evidence: [this.#told] };
  }

  /** A call of its skill goes out; the returned function says that it is answered. */
  calling(): () => void {
    this.#clocks = callOpened(this.#clocks, this.parts.clock.now());
    return () => {
      this.#clocks = callClosed(this.#clocks, this.parts.clock.now());
    };
  }

  /** What the next run is to know of this one. */
  correction(kill: Kill): Correction {
    return correctionOf(kill, this.#segments);
  }

  /** Begins a verdict; false when it is over, or another verdict is under way. */
  judge(kill: Kill): boolean {
    if (this.#state !== 'live') return false;
    this.#state = 'judged';
    this.#kill = kill;
    this.#judging = Promise.withResolvers();
    return true;
  }

  /** The verdict holds: the run is over, and its skill is told. */
  sentence(): void {
    const kill = this.#kill;
    if (this.#state !== 'judged' || kill === undefined) return;
    this.#state = 'killed';
    this.#ended.resolve(kill);
    this.abort(stoppedBy(kill));
    this.#judging?.resolve();
  }

  /** The verdict does not hold: somebody else was faster. */
  acquit(): void {
    if (this.#state !== 'judged') return;
    this.#state = 'live';
    this.#kill = undefined;
    this.#judging?.resolve();
  }

  /** Somebody decides over its task. While a verdict is under way it is that verdict which is heard of. */
  abort(reason: Stopped): void {
    const kill = reason.kind === 'fenced' ? this.#kill : undefined;
    this.#stop.abort(kill === undefined ? reason : stoppedBy(kill));
  }

  /** Its skill has ended: true when that counts, false when a verdict was faster. */
  async over(): Promise<boolean> {
    await this.#judging?.promise;
    if (this.#state === 'killed') return false;
    this.#state = 'over';
    return true;
  }

  /** Its thread is free of it. */
  gone(by: StoppedBy): void {
    this.#letGo.resolve(by);
  }
}

const stoppedBy = ({ kind, graceMs }: Kill): Stopped => new Stopped(kind === 'run' ? 'timeout' : kind, graceMs);
