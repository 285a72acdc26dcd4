import type { NatsConnection } from '@nats-io/transport-node';
import {
  type Call,
  type CallOptions,
  type Client,
  type Clock,
  delay,
  type Random,
  randomText,
  type Service,
  type Subjects,
  subjects,
} from '@seedcore/protocol';
import { askBuiltin, type BuiltinAnswer, type BuiltinName } from './client/builtin.ts';
import type { ClientOptions } from './client/call-target.ts';
import { Caller, type CallerParts } from './client/caller.ts';
import { Clients } from './client/clients.ts';
import { Outage } from './client/outage.ts';
import { Directory } from './directory/directory.ts';
import { Discovery } from './directory/discovery.ts';
import { Gatherer } from './directory/gather.ts';
import { publishEvent } from './events/publisher.ts';
import { type EventContext, type SubscribeOptions, subscribeEvent } from './events/subscriber.ts';
import type { BrokerFacts, EventData, EventName, EventSent, Mesh } from './mesh.ts';
import { Mux } from './mux/mux.ts';
import { ObjectPayloads } from './payload/object-payloads.ts';
import type { Payloads } from './payload/payloads.ts';
import { type MeshObserver, Observers } from './report/observer.ts';
import { Streams } from './stream/streams.ts';
import type { ClosableTransport } from './transport/closable.ts';
import type { Subscription, TransportState } from './transport/transport.ts';

/** What a mesh is built of. */
export type MeshParts = {
  readonly ns: string;
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly transport: ClosableTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly observers?: Observers;
  readonly nats?: () => NatsConnection;
  readonly broker?: () => BrokerFacts | undefined;
  /** In place of the broker's own object store. */
  readonly payloads?: Payloads;
};

/** Calls in flight are waited for so long when a mesh closes, in ms. */
const CLOSE_MS = 5_000;
const CLOSE_STEP_MS = 10;
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A mesh over any transport: wires connection, requests, directory, clients and events together. */
export class BusMesh implements Mesh {
  readonly ns: string;
  readonly service: string | undefined;
  readonly instance: string;
  readonly subjects: Subjects;
  readonly transport: ClosableTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly #nats: (() => NatsConnection) | undefined;
  readonly #broker: (() => BrokerFacts | undefined) | undefined;
  readonly #observers: Observers;
  readonly #discovery: Discovery;
  readonly #parts: CallerParts;
  readonly #clients: Clients;
  readonly #subscriptions = new Set<Subscription>();
  #closing: Promise<void> | undefined;

  constructor(parts: MeshParts) {
    const { ns, service, instance, transport, clock, random, observers, nats, broker } = parts;
    this.ns = ns;
    this.service = service;
    this.instance = instance ?? `${service ?? 'client'}-${randomText(random, ID_ALPHABET, 8)}`;
    this.subjects = subjects(ns);
    this.transport = transport;
    this.clock = clock;
    this.random = random;
    this.#nats = nats;
    this.#broker = broker;
    this.#observers = observers ?? new Observers();
    this.#discovery = new Discovery(new Gatherer(transport, clock));
    this.#parts = this.#wire(parts.payloads);
    const caller = new Caller(this.#parts);
    this.#clients = new Clients(caller, new Streams(caller, this.#parts), {
      clock,
      random,
      observe: (target, decision) => this.#observers.decision(target, decision),
    });
    transport.onState((state) => this.#observers.state(state));
  }

  get state(): TransportState {
    return this.transport.state;
  }

  get payloads(): Payloads {
    return this.#parts.payloads;
  }

  get broker(): BrokerFacts | undefined {
    return this.#broker?.();
  }

  client<S extends Service>(contract: S, options?: ClientOptions): Client<S> {
    return this.#clients.client(contract, options);
  }

  builtin<N extends BuiltinName>(service: string, name: N, call?: Call | CallOptions): Promise<BuiltinAnswer<N>> {
    return askBuiltin(this.#parts, { service, name }, call);
  }

  publish<S extends Service, K extends EventName<S>>(contract: S, kind: K, data: EventSent<S, K>, key?: string) {
    return publishEvent(this.#eventPorts(), { contract, kind }, { data, key });
  }

  subscribe<S extends Service, K extends EventName<S>>(
    contract: S,
    kind: K,
    handler: (data: EventData<S, K>, context: EventContext) => void | Promise<void>,
    options: SubscribeOptions = {},
  ): Subscription {
    const take = (data: unknown, context: EventContext) => handler(data as EventData<S, K>, context);
    const subscription = subscribeEvent(this.#eventPorts(), { contract, kind, ...options }, take);
    this.#subscriptions.add(subscription);
    const forget = () => this.#subscriptions.delete(subscription);
    return {
      drain: () => subscription.drain().finally(forget),
      unsubscribe: () => {
        subscription.unsubscribe();
        forget();
      },
    };
  }

  discover(service?: string) {
    return this.#discovery.info(service);
  }

  ping(service?: string) {
    return this.#discovery.ping(service);
  }

  stats(service?: string) {
    return this.#discovery.stats(service);
  }

  instances(service: string) {
    return this.#parts.directory.instances(service);
  }

  resources() {
    return this.#clients.resources();
  }

  observe(observer: MeshObserver): () => void {
    return this.#observers.add(observer);
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.transport.onState(listener);
  }

  nats(): NatsConnection {
    if (this.#nats === undefined) throw new TypeError('this mesh has no NATS connection behind it');
    return this.#nats();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { directory, outage, mux } = this.#parts;
    directory.close();
    await Promise.all([...this.#subscriptions].map((one) => one.drain()));
    const until = this.clock.now() + CLOSE_MS;
    while (mux.inFlight > 0 && this.clock.now() < until) await delay(this.clock, CLOSE_STEP_MS);
    mux.close();
    outage.close();
    await this.transport.close();
  }

  #wire(given: Payloads | undefined): CallerParts {
    const { ns, service, subjects, transport, clock, random } = this;
    const observers = this.#observers;
    const report = (where: string, error: unknown) => observers.defect(where, error);
    const mux = new Mux({ transport, clock, onLate: () => observers.lateReply() });
    const directory = new Directory({ ns, transport, discovery: this.#discovery, clock, random, report });
    const outage = new Outage(transport, clock);
    const bucket = subjects.bucket('payloads');
    const jetStream = () => this.broker?.apiLevel !== undefined;
    const payloads = given ?? new ObjectPayloads({ bucket, mux, clock, random, jetStream });
    return { service, subjects, transport, mux, directory, outage, payloads, observers, clock, random };
  }

  #eventPorts() {
    return { subjects: this.subjects, transport: this.transport, observers: this.#observers };
  }
}
