import { type Clock, delay } from '@seedcore/protocol';
import {
  MISSES_KEPT_MS,
  type MissedKey,
  type MissRecord,
  type MissStore,
  missedKey,
  missName,
} from '../domain/miss-record.ts';
import { type Counted, SpaceSaving, summed } from '../domain/space-saving.ts';
import type { Misses } from '../item-ports.ts';

const HOUR_MS = 3_600_000;
/** What was counted is written so often, in ms. */
const FLUSH_MS = 10_000;
/** Keys counted at once, in each hour. */
const COUNTERS = 1000;
/** Hours counted at once: the present one, and the last until it has been written. */
const MOST_HOURS = 2;

/** Who counts: a replica, and its run, since another run of it counts from 0. */
export type Counting = { readonly instance: string; readonly run: string };

/** What was missed, and how often, in a span of time. */
export type MissCount = {
  readonly misses: readonly (MissedKey & { readonly count: number; readonly max_error: number })[];
  readonly total: number;
  readonly replicas: number;
  readonly fromMs: number;
  readonly toMs: number;
};

type Hour = { readonly kept: SpaceSaving; readonly totals: Record<MissStore, number>; written: number };

/** Counts what is asked for in vain, writes it down every 10 s, and adds up what all replicas wrote. */
export class MissBook {
  readonly #clock: Clock;
  readonly #misses: Misses;
  readonly #who: Counting;
  readonly #report: (where: string, error: unknown) => void;
  readonly #hours = new Map<number, Hour>();
  readonly #ended = new AbortController();
  #writing: Promise<void> = Promise.resolve();

  constructor(
    { clock, misses }: { readonly clock: Clock; readonly misses: Misses },
    who: Counting,
    report: (where: string, error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#misses = misses;
    this.#who = who;
    this.#report = report;
  }

  /** Writes every 10 s from now on, until it is stopped. */
  start(): void {
    this.#writing = this.#writeForEver();
  }

  /** Counts a miss; says until when that will be known at least, in ms since 1970. */
  count(missed: MissedKey, by = 1): number {
    const hour = this.#present();
    hour.kept.add(missName(missed), by);
    hour.totals[missed.store] += by;
    return this.#clock.wallMs() + MISSES_KEPT_MS;
  }

  /** Writes what has changed since it was written last; what fails is written the next time. */
  async flush(): Promise<void> {
    for (const [at, hour] of [...this.#hours]) {
      const { total } = hour.kept;
      if (total > hour.written) await this.#misses.write(this.#record(at, hour));
      hour.written = total;
    }
    this.#forgetOld();
  }

  /** The most frequent misses of the hours that `windowMs` reaches into. @throws MeshError when the broker is out of reach */
  async top(asked: {
    readonly windowMs: number;
    readonly limit: number;
    readonly store: MissStore | undefined;
  }): Promise<MissCount> {
    const { records, fromMs, toMs } = await this.#records(asked.windowMs);
    const isMeant = ({ store }: { readonly store: MissStore }) => asked.store === undefined || asked.store === store;
    const misses = summed(records.map(({ counted }) => counted))
      .map(shown)
      .filter(isMeant)
      .slice(0, asked.limit);
    const total = records.reduce((sum, record) => sum + totalOf(record, asked.store), 0);
    const replicas = new Set(records.map(({ instance }) => instance)).size;
    return { misses, total, replicas, fromMs, toMs };
  }

  /** How often one key was missed in the same span; nothing when nobody kept a count of it. @throws MeshError as above */
  async countOf(missed: MissedKey, windowMs: number): Promise<Counted | undefined> {
    const { records } = await this.#records(windowMs);
    const name = missName(missed);
    return summed(records.map(({ counted }) => counted.filter((one) => one.name === name)))[0];
  }

  /** Stops, with what has been counted written if it can be. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#writing;
    await this.#tryFlush();
  }

  async #writeForEver(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await delay(this.#clock, FLUSH_MS, signal).catch(() => undefined); // it only ends the wait
      if (!signal.aborted) await this.#tryFlush();
    }
  }

  async #tryFlush(): Promise<void> {
    try {
      await this.flush();
    } catch (error) {
      this.#report('writing misses', error);
    }
  }

  async #records(windowMs: number) {
    const toMs = this.#clock.wallMs();
    const first = hourOf(toMs - windowMs);
    const hours = Array.from({ length: hourOf(toMs) - first + 1 }, (_, i) => first + i);
    const records = (await Promise.all(hours.map((hour) => this.#hour(hour)))).flat();
    return { records, fromMs: first * HOUR_MS, toMs };
  }

  /** What others wrote of an hour, and what this replica counts itself, written or not. */
  async #hour(at: number): Promise<readonly MissRecord[]> {
    const others = (await this.#misses.read(at)).filter(({ run }) => run !== this.#who.run);
    const own = this.#hours.get(at);
    return own === undefined ? others : [...others, this.#record(at, own)];
  }

  #record(hour: number, { kept, totals }: Hour): MissRecord {
    return { ...this.#who, hour, totals: { ...totals }, counted: kept.list() };
  }

  #present(): Hour {
    const at = hourOf(this.#clock.wallMs());
    const known = this.#hours.get(at);
    if (known !== undefined) return known;
    const totals = { mw: 0, shared_cache: 0, miss_tracker: 0 };
    const begun: Hour = { kept: new SpaceSaving(COUNTERS), totals, written: 0 };
    this.#hours.set(at, begun);
    for (const old of [...this.#hours.keys()].slice(0, -MOST_HOURS)) this.#hours.delete(old);
    return begun;
  }

  /** An hour that is over and written is read from where it was written. */
  #forgetOld(): void {
    const present = hourOf(this.#clock.wallMs());
    for (const [at, { kept, written }] of [...this.#hours])
      if (at < present && written === kept.total) this.#hours.delete(at);
  }
}

const hourOf = (wallMs: number): number => Math.floor(wallMs / HOUR_MS);

const shown = ({ name, count, error }: Counted) => ({ ...missedKey(name), count, max_error: error });

function totalOf({ totals }: MissRecord, store: MissStore | undefined): number {
  return store === undefined ? totals.mw + totals.shared_cache + totals.miss_tracker : totals[store];
}
