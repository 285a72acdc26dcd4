import { type Clock, MeshError, type Random, randomText } from '@seedcore/protocol';
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
import type { ConsumerSpec, ConsumerState, Puller } from '../broker/delivery.ts';
import { isStorageFull } from '../storage-full.ts';
import { consumerStates } from './consumer-states.ts';
import { GroupWriter } from './group-writer.ts';
import { lastOfEach } from './last-of-each.ts';
import { messagesOf } from './messages-of.ts';
import { BrokerConnection } from './nats-connection.ts';
import { NatsFollowing } from './nats-following.ts';
import { NatsPuller } from './nats-puller.ts';
import { applyAsset, dropAsset, infoOf } from './provision.ts';
import { publishStored } from './publish-stored.ts';
import { publishTogether } from './publish-together.ts';
import type { StoreMesh } from './store-mesh.ts';
import { Turns } from './turns.ts';
import { applyConsumer } from './work-consumer.ts';

/** How the adapter is set up. */
export type NatsBrokerOptions = {
  readonly replicas: 1 | 3;
  readonly report: (where: string, error: unknown) => void;
  /** Whether writes that come together share a batch. */
  readonly grouped: boolean;
};

/** Batches of this process that are open at the broker at once; it takes fifty for each stream. */
const OPEN_BATCHES = 8;
const BATCH_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** JetStream over the mesh's connection. */
export class NatsBroker implements Broker {
  readonly ns: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly #connection: BrokerConnection;
  readonly #options: NatsBrokerOptions;
  readonly #batches = new Turns(OPEN_BATCHES);
  readonly #groups = new GroupWriter({
    alone: (message) => this.#alone(message),
    together: (messages) => this.writeTogether(messages),
  });
  readonly #running = new Set<{ stop(): void }>();
  readonly #whenFull = new Set<() => void>();

  constructor(mesh: StoreMesh, options: NatsBrokerOptions) {
    this.ns = mesh.ns;
    this.clock = mesh.clock;
    this.random = mesh.random;
    this.#options = options;
    this.#connection = new BrokerConnection(mesh, options.report);
    mesh.transport.onState((state) => {
      if (state === 'closed') this.close();
    });
  }

  get closed(): boolean {
    return this.#connection.mesh.transport.state === 'closed';
  }

  onReconnect(listener: () => void): Stop {
    const stop = this.#connection.mesh.transport.onState((state) => state === 'up' && listener());
    return { stop };
  }

  write(subject: string, body: Uint8Array, options: WriteOptions = {}): Promise<Written> {
    const message = { subject, body, options };
    const { group } = options;
    const shared = this.#options.grouped && group !== undefined;
    return shared ? this.#groups.write(group, message) : this.#alone(message);
  }

  writeTogether(messages: readonly Message[]): Promise<WrittenTogether> {
    return this.#batches.run(() =>
      this.#noticingFull(publishTogether(this.#connection, messages, randomText(this.random, BATCH_ALPHABET, 16))),
    );
  }

  async last(stream: string, subject: string, options: { readonly fresh: boolean }): Promise<StoredWhole | undefined> {
    const query = { last_by_subj: subject };
    const target = `${stream} ${subject}`;
    const found = options.fresh
      ? await this.#connection.manage(target, (manager) => manager.streams.getMessage(stream, query))
      : await this.#connection.read(target, (manager) => manager.direct.getMessage(stream, query));
    if (found === null) return undefined;
    const { seq, time, data, header } = found;
    const headers = header.keys().flatMap((name) => header.values(name).map((value) => [name, value] as const));
    return { subject, seq, at: time, body: data, headers, header: (name) => header.get(name) || undefined };
  }

  async subjects(stream: string, filter: string): Promise<readonly string[]> {
    const info = await this.#connection.manage(`${stream} ${filter}`, (manager) =>
      manager.streams.info(stream, { subjects_filter: filter }),
    );
    return Object.keys(info.state.subjects ?? {}).sort();
  }

  lastOfEach(stream: string, subjects: readonly string[]): Promise<readonly Stored[]> {
    return lastOfEach(this.#connection, stream, subjects);
  }

  messages(stream: string, subject: string, limit: number): Promise<readonly Stored[]> {
    return messagesOf(this.#connection, stream, { subject, limit });
  }

  follow(stream: string, filter: string, follower: Follower): Following {
    const following = new NatsFollowing(this.#connection, { stream, filter, follower });
    return this.#keep(following);
  }

  async purge(stream: string, filter: string, below: number): Promise<number> {
    const done = await this.#connection.manage(`${stream} ${filter}`, (manager) =>
      manager.streams.purge(stream, { filter, seq: below }),
    );
    return done.purged;
  }

  lastSeq(stream: string): Promise<number | undefined> {
    return this.#connection.manage(stream, async (manager) => (await infoOf(manager, stream))?.state.last_seq);
  }

  use(stream: string): Promise<StreamUse | undefined> {
    return this.#connection.manage(stream, async (manager) => {
      const info = await infoOf(manager, stream);
      return info && { messages: info.state.messages, bytes: info.state.bytes };
    });
  }

  drop(asset: Asset): Promise<void> {
    return dropAsset(this.#connection, asset);
  }

  provision(asset: Asset): Promise<AssetChange> {
    return applyAsset(this.#connection, asset, this.#options.replicas);
  }

  consumer(stream: string, spec: ConsumerSpec): Promise<void> {
    return applyConsumer(this.#connection, stream, spec);
  }

  consumerStates(stream: string): Promise<readonly ConsumerState[]> {
    return this.#connection.manage(stream, (manager) => consumerStates(manager, stream));
  }

  async storage(): Promise<StorageUse> {
    const { storage, limits } = await this.#connection.manage('storage', (manager) => manager.getAccountInfo());
    return { usedBytes: storage, limitBytes: limits.max_storage > 0 ? limits.max_storage : undefined };
  }

  onStorageFull(listener: () => void): Stop {
    this.#whenFull.add(listener);
    return { stop: () => this.#whenFull.delete(listener) };
  }

  puller(stream: string, consumer: string): Puller {
    return this.#keep(new NatsPuller(this.#connection, { stream, consumer }));
  }

  publish(subject: string, body: Uint8Array): void {
    this.#connection.mesh.transport.publish(subject, body);
  }

  subscribe(subject: string, listener: (message: { subject: string; body: Uint8Array }) => void): Stop {
    const subscription = this.#connection.mesh.transport.subscribe(subject, (message) =>
      listener({ subject: message.subject, body: message.data }),
    );
    return { stop: () => subscription.unsubscribe() };
  }

  async flush(): Promise<void> {
    if (this.#connection.mesh.transport.state !== 'up')
      throw new MeshError('not_connected', { target: 'flush', sent: false });
    await this.#connection.mesh.transport.flush();
  }

  close(): void {
    for (const one of this.#running) one.stop();
    this.#running.clear();
  }

  #alone({ subject, body, options }: Message): Promise<Written> {
    return this.#noticingFull(publishStored(this.#connection, { subject, body, ...options }));
  }

  async #noticingFull<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (isStorageFull(error)) for (const listener of [...this.#whenFull]) listener();
      throw error;
    }
  }

  #keep<R extends { stop(): void }>(one: R): R {
    this.#running.add(one);
    const stop = one.stop.bind(one);
    one.stop = () => {
      this.#running.delete(one);
      stop();
    };
    return one;
  }
}
