import { type Clock, MeshError, type Random } from '@seedcore/protocol';
import type { Asset, AssetChange } from '../asset.ts';
import type {
  Broker,
  Follower,
  Following,
  Message,
  Stop,
  StorageUse,
  Stored,
  StoredWhole,
  StreamUse,
  WriteOptions,
  Written,
  WrittenTogether,
} from '../broker/broker.ts';
import type { ConsumerSpec, ConsumerState, Delivery, Puller } from '../broker/delivery.ts';
import { storageFull } from '../storage-full.ts';
import type { Fates } from './fates.ts';
import type { Handed, MemoryConsumer } from './memory-consumer.ts';
import { memoryDelivery } from './memory-delivery.ts';
import type { MemoryJetStream } from './memory-jetstream.ts';
import type { MemoryStream } from './memory-stream.ts';

/** Pause before a stream that could not be followed is tried again, in ms. */
const FOLLOW_AGAIN_MS = 1000;

/** One process's connection to a broker in memory. */
export class MemoryBroker implements Broker {
  readonly ns: string;
  readonly clock: Clock;
  readonly random: Random;
  fates: Fates = () => 'pass';
  readonly #server: MemoryJetStream;
  readonly #reconnects = new Set<() => void>();
  readonly #running = new Set<Stop>();
  readonly #whenFull = new Set<() => void>();
  #state: 'up' | 'down' | 'dead' = 'up';
  #downSince = 0;

  constructor(server: MemoryJetStream, random: Random) {
    this.#server = server;
    this.ns = server.ns;
    this.clock = server.clock;
    this.random = random;
  }

  /** True once the process has died: none of its calls returns any more. */
  get dead(): boolean {
    return this.#state === 'dead';
  }

  /** The process ends without a word. */
  die(): void {
    this.#state = 'dead';
    for (const one of [...this.#running]) one.stop();
  }

  /** The link breaks; what is asked of the broker fails at once. */
  disconnect(): void {
    this.#state = 'down';
    this.#downSince = this.clock.now();
  }

  /** The link is back. */
  reconnect(): void {
    this.#state = 'up';
    for (const listener of [...this.#reconnects]) listener();
  }

  get closed(): boolean {
    return this.dead;
  }

  onReconnect(listener: () => void): Stop {
    this.#reconnects.add(listener);
    return { stop: () => this.#reconnects.delete(listener) };
  }

  async write(subject: string, body: Uint8Array, options: WriteOptions = {}): Promise<Written> {
    await this.#ask(subject);
    const fate = this.fates('write', subject);
    if (fate === 'die') return this.#dies();
    if (fate === 'lose_request') throw new MeshError('timeout', { target: subject });
    this.#checkRoom([{ subject, body }]);
    const written = this.#server.write(subject, body, options);
    if (written === undefined)
      throw new MeshError('unavailable', { target: subject, message: `${subject}: no stream` });
    if (fate === 'die_after') return this.#dies();
    if (fate === 'lose_answer') throw new MeshError('timeout', { target: subject });
    return fate === 'refuse_written' ? { ok: false, refused: 'wrong_sequence' } : written;
  }

  async writeTogether(messages: readonly Message[]): Promise<WrittenTogether> {
    const target = messages[0]?.subject ?? '';
    await this.#ask(target);
    const fate = this.fates('write', target);
    if (fate === 'die') return this.#dies();
    if (fate === 'lose_request') throw new MeshError('timeout', { target });
    this.#checkRoom(messages);
    const written = this.#server.writeTogether(messages);
    if (fate === 'die_after') return this.#dies();
    if (fate === 'lose_answer') throw new MeshError('timeout', { target });
    return fate === 'refuse_written' ? { ok: false, refused: 'wrong_sequence' } : written;
  }

  async last(stream: string, subject: string): Promise<StoredWhole | undefined> {
    return (await this.#stream(stream)).last(subject);
  }

  async subjects(stream: string, filter: string): Promise<readonly string[]> {
    return (await this.#stream(stream)).subjects(filter);
  }

  async lastOfEach(stream: string, subjects: readonly string[]): Promise<readonly Stored[]> {
    const home = await this.#stream(stream);
    return subjects.flatMap((subject) => home.last(subject) ?? []);
  }

  async messages(stream: string, subject: string, limit: number): Promise<readonly Stored[]> {
    const home = await this.#stream(stream);
    const found = subject.includes('*') || subject.includes('>') ? [...home.matching(subject)] : home.of(subject);
    return found.slice(0, limit);
  }

  follow(stream: string, filter: string, follower: Follower): Following {
    const stops: (() => void)[] = [];
    const start = async () => {
      const home = await this.#stream(stream);
      for (const subject of home.subjects(filter)) {
        const last = home.last(subject);
        if (last !== undefined) follower.onMessage(last);
      }
      follower.onCaughtUp();
      const matches = (message: Stored) => [...home.matching(filter, message.seq)].includes(message);
      stops.push(home.onMessage((message) => this.#state === 'up' && matches(message) && follower.onMessage(message)));
    };
    const begin = (): void => {
      start().catch(() => {
        // Not provisioned yet, or cut off: like the real one, it tries again.
        const timer = this.clock.after(FOLLOW_AGAIN_MS, begin);
        stops.push(() => timer.cancel());
      });
    };
    const again = this.onReconnect(() => {
      for (const stop of stops.splice(0)) stop();
      follower.onRestart();
      begin();
    });
    begin();
    const stop = () => {
      for (const one of [again.stop, ...stops.splice(0)]) one();
    };
    return { ...this.#keep({ stop }), heardAt: () => (this.#state === 'down' ? this.#downSince : this.clock.now()) };
  }

  async purge(stream: string, filter: string, below: number): Promise<number> {
    return (await this.#stream(stream)).purge(filter, below);
  }

  async lastSeq(stream: string): Promise<number | undefined> {
    await this.#ask(stream);
    return this.#server.stream(stream)?.lastSeq;
  }

  async use(stream: string): Promise<StreamUse | undefined> {
    await this.#ask(stream);
    const found = this.#server.stream(stream);
    return found && { messages: found.size, bytes: found.bytes };
  }

  async drop(asset: Asset): Promise<void> {
    await this.#ask(asset.name);
    this.#server.drop(asset);
  }

  async provision(asset: Asset): Promise<AssetChange> {
    await this.#ask(asset.name);
    return this.#server.provision(asset);
  }

  async consumer(stream: string, spec: ConsumerSpec): Promise<void> {
    await this.#stream(stream);
    this.#server.consumer(stream, spec);
  }

  async consumerStates(stream: string): Promise<readonly ConsumerState[]> {
    await this.#ask(stream);
    return this.#server.consumers(stream).map(({ spec, settled, waiting }) => ({
      filter: spec.filter,
      settled,
      waiting,
    }));
  }

  async storage(): Promise<StorageUse> {
    await this.#ask('storage');
    return { usedBytes: this.#server.usedBytes, limitBytes: this.#server.limitBytes };
  }

  onStorageFull(listener: () => void): Stop {
    this.#whenFull.add(listener);
    return { stop: () => this.#whenFull.delete(listener) };
  }

  puller(stream: string, consumer: string): Puller {
    let end: () => void = () => undefined;
    const stopped = this.#keep({ stop: () => end() });
    return {
      take: async (batch, waitMs) => {
        await this.#ask(consumer);
        const found = this.#server.consumerOf(stream, consumer);
        if (found === undefined) throw new MeshError('unavailable', { target: consumer });
        const handed = await new Promise<readonly Handed[]>((resolve) => {
          end = found.take({ batch, waitMs }, resolve);
        });
        if (this.dead) return new Promise<never>(() => undefined);
        return handed.map((one) => this.#delivery(found, one));
      },
      stop: stopped.stop,
    };
  }

  publish(subject: string, body: Uint8Array): void {
    if (this.#state === 'down') throw new MeshError('not_connected', { target: subject, sent: false });
    if (this.#state === 'up') this.#server.publish(subject, body);
  }

  subscribe(subject: string, listener: (message: { subject: string; body: Uint8Array }) => void): Stop {
    const take = (to: string, body: Uint8Array) => this.#state === 'up' && listener({ subject: to, body });
    return this.#keep(this.#server.listen(subject, take));
  }

  flush(): Promise<void> {
    return this.#ask('flush');
  }

  close(): void {
    for (const one of [...this.#running]) one.stop();
  }

  #delivery(consumer: MemoryConsumer, handed: Handed): Delivery {
    return memoryDelivery(consumer, handed, {
      state: () => this.#state,
      fate: (what, subject) => this.fates(what, subject),
      die: () => this.die(),
    });
  }

  async #stream(name: string): Promise<MemoryStream> {
    await this.#ask(name);
    const stream = this.#server.stream(name);
    if (stream === undefined)
      throw new MeshError('unavailable', { target: name, message: `${name}: not provisioned yet` });
    return stream;
  }

  /** A question to the broker takes a turn, fails while the link is down, and is never answered to a dead process. */
  async #ask(target: string): Promise<void> {
    await Promise.resolve();
    if (this.#state === 'down') throw new MeshError('not_connected', { target, sent: false });
    if (this.dead) await new Promise<never>(() => undefined);
  }

  #checkRoom(messages: readonly Pick<Message, 'subject' | 'body'>[]): void {
    const bytes = messages.reduce((sum, { subject, body }) => sum + subject.length + body.length, 0);
    if (this.#server.hasRoom(bytes)) return;
    for (const listener of [...this.#whenFull]) listener();
    throw storageFull(messages[0]?.subject ?? '');
  }

  #dies(): Promise<never> {
    this.die();
    return new Promise<never>(() => undefined);
  }

  #keep(one: Stop): Stop {
    const kept: Stop = {
      stop: () => {
        this.#running.delete(kept);
        one.stop();
      },
    };
    this.#running.add(kept);
    return kept;
  }
}
