import type { WorkerRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { StopKind } from '../domain/skill-end.ts';
import { Claims } from './claims.ts';
import type { Slot, SlotRun } from './slot.ts';

/** How often a worker has to say that it lives, and after how long it is dead without having said anything, in ms. */
export const WORKER_BEAT_MS = 2000;
export const WORKER_DEAD_MS = 10_000;
/** A worker that was heard within this time need not be asked, in ms: two beats and a half. */
const FRESH_MS = 5000;
/** Most ended runs of a worker it can still be told about. */
const MAX_STOPS = 256;

/** A worker as the replica that keeps it knows it. */
export class WorkerSession {
  readonly record: WorkerRecord;
  readonly handle: number;
  /** Revision of its record. */
  readonly rev: number;
  readonly claims: Claims;
  readonly slots = new Map<string, Slot>();
  readonly #clock: Clock;
  readonly #stops = new Map<string, StopKind>();
  #heardAt: number;
  #listening: (() => void)[] = [];

  constructor(kept: { readonly record: WorkerRecord; readonly rev: number }, clock: Clock) {
    this.record = kept.record;
    this.rev = kept.rev;
    this.handle = kept.record.handle ?? kept.rev;
    this.claims = new Claims(clock);
    this.#clock = clock;
    this.#heardAt = clock.now();
  }

  /** For how long nothing was heard of it, in ms. */
  get silentMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** It said something. */
  heard(): void {
    this.#heardAt = this.#clock.now();
    const listening = this.#listening;
    this.#listening = [];
    for (const resolve of listening) resolve();
  }

  /** Resolves when it is next heard; at once when that was just now. */
  nextHeard(): Promise<void> {
    if (this.silentMs <= FRESH_MS) return Promise.resolve();
    return new Promise((resolve) => this.#listening.push(resolve));
  }

  /** A run it has, by task and epoch. */
  run(taskId: string, epoch: number): SlotRun | undefined {
    return this.runs().find(({ order }) => order.taskId === taskId && order.epoch === epoch);
  }

  /** Everything it has. */
  runs(): SlotRun[] {
    return [...this.slots.values()].flatMap(({ running }) => running ?? []);
  }

  /** A run of its was ended. */
  stopped({ order }: SlotRun, kind: StopKind): void {
    this.#stops.set(keyOf(order.taskId, order.epoch), kind);
    const oldest = this.#stops.size > MAX_STOPS ? this.#stops.keys().next().value : undefined;
    if (oldest !== undefined) this.#stops.delete(oldest);
  }

  /** Why it is to stop a run; undefined when it may go on. */
  stopOf(taskId: string, epoch: number): StopKind | 'lost' | undefined {
    const run = this.run(taskId, epoch);
    return run === undefined ? (this.#stops.get(keyOf(taskId, epoch)) ?? 'lost') : run.stop;
  }

  /** It is gone: whatever it has goes on elsewhere. */
  end(as: 'lost' | 'handed_back'): number {
    const runs = this.runs();
    for (const run of runs) run.end({ end: 'let_go', as });
    this.claims.close();
    this.heard();
    return runs.length;
  }
}

const keyOf = (taskId: string, epoch: number): string => `${taskId}.${epoch}`;
