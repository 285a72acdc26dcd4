import { isToken } from '@seedcore/protocol';
import { z } from 'zod';
import type { Stop } from '../broker/broker.ts';
import type { Bucket, Change, Watch } from '../bucket.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { Beat, type BeatPorts } from './beat.ts';
import {
  type Here,
  type HereChange,
  hereAsset,
  type Joined,
  type Presence,
  type PresenceSpec,
  UNSETTLED_MS,
} from './presence.ts';
import { PresenceBook } from './presence-book.ts';
import { Settling } from './settling.ts';

/**
 * Provisions the bucket `<ns>_here` and looks who of a kind is there.
 *
 * @param report hears what a beat failed of, other than a broker out of reach
 * @throws StoreError `invalid_key` unless the kind is one token
 */
export async function openPresence<F extends object>(
  store: Store,
  spec: PresenceSpec<F>,
  report: (where: string, error: unknown) => void = warn,
): Promise<Presence<F>> {
  if (!isToken(spec.kind)) throw invalid(spec.kind);
  await store.provision([hereAsset]);
  return new BucketPresence(store, spec, report);
}

const warn = (where: string, error: unknown): void => {
  process.emitWarning(`${where}: ${error instanceof Error ? error.message : String(error)}`, 'StoreWarning');
};

type Said<F> = { readonly facts: F };

class BucketPresence<F extends object> implements Presence<F> {
  readonly #kind: string;
  readonly #ports: BeatPorts<F>;
  readonly #book = new PresenceBook<F>();
  readonly #settling: Settling;
  readonly #listeners = new Set<(change: HereChange<F>) => void>();
  readonly #beats = new Set<Beat<F>>();
  readonly #watch: Watch;
  readonly #reconnects: Stop;

  constructor(store: Store, { kind, schema }: PresenceSpec<F>, report: (where: string, error: unknown) => void) {
    const { clock, random } = store.broker;
    const bucket: Bucket<Said<F>> = store.bucket({
      name: hereAsset.name,
      schema: z.strictObject({ facts: schema }),
      version: 1,
    });
    this.#kind = kind;
    this.#settling = new Settling(clock, UNSETTLED_MS, () => this.#tell(this.#book.settle()));
    this.#ports = {
      bucket,
      clock,
      random,
      report,
      provision: () => store.provision([hereAsset]),
      onMissed: () => this.#settling.begin(),
    };
    this.#reconnects = store.broker.onReconnect(() => this.#settling.begin());
    this.#watch = bucket.watch(`${kind}.`, (change) => this.#take(change));
    void this.#watch.ready.then(() => this.#looked());
  }

  get settled(): Promise<void> {
    return this.#settling.settled;
  }

  join(id: string, facts: F): Joined<F> {
    if (!isToken(id)) throw invalid(id);
    const beat = new Beat(`${this.#kind}.${id}`, facts, this.#ports);
    this.#beats.add(beat);
    return {
      change: (now) => beat.change(now),
      leave: async () => {
        this.#beats.delete(beat);
        await beat.leave();
      },
    };
  }

  live(): readonly Here<F>[] {
    return this.#book.live(this.#ports.clock.now());
  }

  on(listener: (change: HereChange<F>) => void): Stop {
    this.#listeners.add(listener);
    return { stop: () => this.#listeners.delete(listener) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#beats].map((beat) => beat.leave()));
    this.#beats.clear();
    this.#watch.stop();
    this.#reconnects.stop();
    this.#settling.stop();
    this.#listeners.clear();
  }

  /** The first look is over: somebody who is there shows that the broker knows, nobody shows nothing. */
  #looked(): void {
    if (this.#book.empty) this.#settling.begin();
    else if (!this.#settling.running) this.#settling.end();
  }

  #take({ key, rev, value }: Change<Said<F>>): void {
    const id = key.slice(this.#kind.length + 1);
    const at = { now: this.#ports.clock.now(), settled: this.#settling.over };
    const change = this.#book.take({ id, rev, facts: value?.facts }, at);
    if (change === 'doubt') this.#settling.begin();
    else if (change !== undefined) this.#tell([change]);
  }

  #tell(changes: readonly HereChange<F>[]): void {
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }
}

const invalid = (name: string): StoreError =>
  new StoreError('invalid_key', 'here', `${JSON.stringify(name.slice(0, 64))} is no name`);
