import type { NatsConnection } from '@nats-io/transport-node';
import {
  type Answered,
  type Call,
  type CallOptions,
  type Client,
  type Clock,
  delay,
  type Random,
  randomText,
  type Sent,
  type Service,
  type Subjects,
  subjects,
  UlidSource,
} from '@seedcore/protocol';
import { Wheel } from '@seedcore/resilience';
import { NoticeBoard } from './board/notice-board.ts';
import type { Brownout } from './brownout/brownout.ts';
import { MeshBrownout } from './brownout/mesh-brownout.ts';
import { sheds } from './brownout/sheds.ts';
import { Asking } from './client/asking.ts';
import { askBuiltin, type BuiltinAnswer, type BuiltinName } from './client/builtin.ts';
import { Caller } from './client/caller.ts';
import type { CallerParts } from './client/caller-parts.ts';
import { Clients } from './client/clients.ts';
import type { OptionsFor } from './client/fallbacks.ts';
import { Outage } from './client/outage.ts';
import type { MeshConfig } from './config/mesh-config.ts';
import { Directory } from './directory/directory.ts';
import { Discovery } from './directory/discovery.ts';
import { Gatherer } from './directory/gather.ts';
import type { EventStore } from './events/event-store.ts';
import { Events } from './events/events.ts';
import { type Gathered, type Gathering, gatherAnswers } from './gather/gather-answers.ts';
import type { JsOutcome } from './kv/js-api.ts';
import { JsReachability } from './kv/js-reachability.ts';
import { NatsKv } from './kv/nats-kv.ts';
import type { BrokerFacts, Mesh } from './mesh.ts';
import type { ClosableKv, MeshParts } from './mesh-parts.ts';
import { Mux } from './mux/mux.ts';
import { ObjectPayloads } from './payload/object-payloads.ts';
import type { Payloads } from './payload/payloads.ts';
import type { Present } from './presence/presence.ts';
import type { PresenceFacts } from './presence/presence-body.ts';
import { RecordLog } from './record/record-log.ts';
import { type CallRecords, Recorder } from './record/recorder.ts';
import { type MeshObserver, Observers } from './report/observer.ts';
import { Streams } from './stream/streams.ts';
import { Tracing } from './trace/tracing.ts';
import type { ClosableTransport } from './transport/closable.ts';
import type { TransportState } from './transport/transport.ts';

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
  readonly kv: ClosableKv;
  readonly config: MeshConfig;
  readonly tracing: Tracing;
  readonly publish: Mesh['publish'] = (...event) => this.#events.publish(...event);
  readonly subscribe: Mesh['subscribe'] = (...wanted) => this.#events.subscribe(...wanted);
  readonly #nats: (() => NatsConnection) | undefined;
  readonly #broker: (() => BrokerFacts | undefined) | undefined;
  readonly #observers: Observers;
  readonly #discovery: Discovery;
  readonly #wheel: Wheel;
  readonly #mux: Mux;
  readonly #reachability = new JsReachability();
  readonly #leaveServer: () => boolean;
  readonly #faults: () => readonly string[];
  readonly #board: NoticeBoard;
  readonly #parts: CallerParts;
  readonly #clients: Clients;
  readonly #brownout: MeshBrownout;
  readonly #recordLog: RecordLog;
  readonly #events: Events;
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
    this.tracing = new Tracing(clock, random);
    this.#events = new Events(this, this.#observers);
    this.#discovery = new Discovery(new Gatherer(transport, clock));
    this.#wheel = new Wheel(clock);
    this.#mux = new Mux({ transport, clock, wheel: this.#wheel, onLate: () => this.#observers.lateReply() });
    this.#leaveServer = parts.leaveServer ?? (() => false);
    this.#faults = parts.faults ?? (() => []);
    const jetStream = this.#jetStream(parts);
    this.kv = parts.kv?.(this) ?? new NatsKv(jetStream);
    const report = (where: string, error: unknown) => this.#observers.defect(where, error);
    this.#brownout = new MeshBrownout({ clock, kv: this.kv, report });
    this.#board = this.#hang();
    this.config = this.#board.config;
    this.#recordLog = new RecordLog(jetStream);
    this.#parts = this.#wire(parts.payloads);
    const caller = new Caller(this.#parts);
    this.#clients = new Clients(new Asking(caller, this.#parts), new Streams(caller, this.#parts), {
      clock,
      random,
      wheel: this.#wheel,
      subjects: this.subjects,
      steering: this.#board.steering,
      checking: parts.checking ?? 'always',
      sheds: ({ criticality = 'important', id = '' }) => sheds(this.brownout(), { criticality, id }),
      observe: (target, decision) => {
        this.#board.decided(target, decision);
        this.#observers.decision(target, decision);
      },
    });
    transport.onState((state) => {
      if (state === 'up') this.#reachability.reconnected();
      this.#observers.state(state);
    });
  }

  get state(): TransportState {
    return this.transport.state;
  }

  get inFlight(): number {
    return this.#mux.inFlight;
  }

  get payloads(): Payloads {
    return this.#parts.payloads;
  }

  get records(): CallRecords {
    return this.#parts.recorder;
  }

  get broker(): BrokerFacts | undefined {
    return this.#broker?.();
  }

  client<S extends Service>(contract: S, options?: OptionsFor<S>): Client<S> {
    return this.#clients.client(contract, options);
  }

  builtin<N extends BuiltinName>(service: string, name: N, call?: Call | CallOptions): Promise<BuiltinAnswer<N>> {
    return askBuiltin(this.#parts, { service, name }, call);
  }

  gather<S extends Service, N extends keyof S['endpoints'] & string>(
    contract: S,
    endpoint: N,
    { input, ...gathering }: Gathering & { readonly input: Sent<S['endpoints'][N]> },
  ): Promise<Gathered<Answered<S['endpoints'][N]>>> {
    const method = this.client(contract)[endpoint];
    const { directory, clock } = this.#parts;
    return gatherAnswers(contract.name, gathering, { directory, clock, ask: (options) => method(input, options) });
  }

  keepEventsIn(store: EventStore): void {
    this.#events.keepIn(store);
  }

  get keepsEvents(): boolean {
    return this.#events.keeps;
  }

  brownout(): Brownout {
    this.#brownout.start();
    return this.#brownout;
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

  routable(service: string) {
    return this.#parts.directory.routable(service);
  }

  present(facts: () => PresenceFacts): Present {
    return this.#board.present(facts);
  }

  troubles(): readonly string[] {
    const unreachable = this.#reachability.reachable ? [] : ['js_unreachable: JetStream does not answer'];
    return [...this.#faults(), ...unreachable, ...this.#board.troubles(), ...this.#events.troubles()];
  }

  heardJetStream(outcome: JsOutcome): void {
    const leave = this.#reachability.heard(outcome, this.clock.now());
    if (leave) this.#observers.jsUnreachable(this.broker?.name ?? '', this.#leaveServer());
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
    await this.#board.close();
    directory.close();
    this.#brownout.stop();
    this.kv.close();
    await this.#events.drain();
    const until = this.clock.now() + CLOSE_MS;
    while (mux.inFlight > 0 && this.clock.now() < until) await delay(this.clock, CLOSE_STEP_MS);
    await this.#recordLog.close();
    mux.close();
    outage.close();
    await this.transport.close();
  }

  #wire(given: Payloads | undefined): CallerParts {
    const { ns, service, subjects, transport, clock, random, tracing } = this;
    const observers = this.#observers;
    const report = (where: string, error: unknown) => observers.defect(where, error);
    const mux = this.#mux;
    const wheel = this.#wheel;
    const discovery = this.#discovery;
    const { book } = this.#board;
    const acknowledged = () => this.#board.acknowledged;
    const directory = new Directory({ ns, subjects, transport, discovery, book, acknowledged, clock, random, report });
    const outage = new Outage(transport, clock);
    const bucket = subjects.bucket('payloads');
    const ids = new UlidSource(clock, random);
    const jetStream = () => this.broker?.apiLevel !== undefined;
    const payloads = given ?? new ObjectPayloads({ bucket, mux, clock, random, jetStream });
    const made = { service, instance: this.instance, clock, random };
    const recorder = new Recorder({ ...made, tracing, observers, log: this.#recordLog });
    const heard = { directory, outage, payloads, observers, recorder, tracing };
    return { service, subjects, transport, mux, clock, random, ids, wheel, ...heard };
  }

  #hang(): NoticeBoard {
    const { kv, clock, service, instance } = this;
    const totals = () => this.#clients.totals();
    return new NoticeBoard({ kv, clock, service, instance, observers: this.#observers, totals });
  }

  /** What JetStream is asked with. */
  #jetStream({ replicas = 1 }: MeshParts) {
    const { subjects, transport, clock, random } = this;
    const report = (where: string, error: unknown) => this.#observers.defect(where, error);
    const available = () => this.broker?.apiLevel !== undefined;
    const heard = (outcome: JsOutcome) => this.heardJetStream(outcome);
    return { subjects, transport, mux: this.#mux, clock, random, report, available, replicas, heard };
  }
}
