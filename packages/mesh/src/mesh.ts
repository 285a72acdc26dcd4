import type { NatsConnection } from '@nats-io/transport-node';
import type {
  Answered,
  Call,
  CallOptions,
  Client,
  Clock,
  Event,
  EventKind,
  Random,
  Sent,
  Service,
  Subjects,
} from '@seedcore/protocol';
import type { Brownout } from './brownout/brownout.ts';
import type { BuiltinAnswer, BuiltinName } from './client/builtin.ts';
import type { OptionsFor } from './client/fallbacks.ts';
import type { MeshConfig } from './config/mesh-config.ts';
import type { InstanceView } from './directory/instance.ts';
import type { MicroIdentity, MicroInfo, MicroStats } from './directory/micro-info.ts';
import type { DurableEventContext, EventContext, SubscribeOptions } from './events/event-handler.ts';
import type { EventStore } from './events/event-store.ts';
import type { DurableEventOptions, EventOptions, EventReceipt } from './events/publisher.ts';
import type { Gathered, Gathering } from './gather/gather-answers.ts';
import type { JsOutcome } from './kv/js-api.ts';
import type { Kv } from './kv/kv.ts';
import type { Payloads } from './payload/payloads.ts';
import type { Present } from './presence/presence.ts';
import type { PresenceFacts } from './presence/presence-body.ts';
import type { CallRecords } from './record/recorder.ts';
import type { MeshObserver } from './report/observer.ts';
import type { TargetReport } from './report/resources.ts';
import type { Tracing } from './trace/tracing.ts';
import type { Subscription, Transport, TransportState } from './transport/transport.ts';

/** Names of the events of a contract. */
export type EventName<S extends Service> = keyof S['events'] & string;
/** Data of one event as a subscriber receives it, defaults filled in. */
export type EventData<S extends Service, K extends EventName<S>> =
  S['events'][K] extends Event<infer D> ? D['_zod']['output'] : never;
/** Data of one event as it is published, defaults optional. */
export type EventSent<S extends Service, K extends EventName<S>> =
  S['events'][K] extends Event<infer D> ? D['_zod']['input'] : never;

/** Of what kind an event is. */
type KindOf<S extends Service, K extends EventName<S>> = S['events'][K]['kind'];
type OptionsOf<Kind extends EventKind> = Kind extends 'durable' ? DurableEventOptions : EventOptions;
type PublishedAs<Kind extends EventKind> = Kind extends 'durable' ? Promise<EventReceipt> : boolean;
type HandedOver<Kind extends EventKind, O> = [Kind, O] extends ['durable', { readonly group: string }]
  ? DurableEventContext
  : EventContext;

/** How one event may be published: a durable one may bring its id. */
export type PublishingOptions<S extends Service, K extends EventName<S>> = OptionsOf<KindOf<S, K>>;
/** What comes of publishing: a lossy event was sent or not, a durable one is kept once the promise resolves. */
export type Published<S extends Service, K extends EventName<S>> = PublishedAs<KindOf<S, K>>;
/** What the handler of a subscription with options `O` learns beside the data. */
export type ContextOf<S extends Service, K extends EventName<S>, O extends SubscribeOptions> = HandedOver<
  KindOf<S, K>,
  O
>;

/** The broker at the other end. */
export type BrokerFacts = {
  readonly name: string;
  readonly version: string;
  /** JetStream API level; undefined without JetStream. */
  readonly apiLevel: number | undefined;
};

/** One process's access to everybody else. */
export interface Mesh {
  readonly ns: string;
  /** The service this process is; undefined for a mere client. */
  readonly service: string | undefined;
  /** This process among those that are the same service. */
  readonly instance: string;
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly state: TransportState;
  /** Requests of this process, of whatever kind, that have no reply yet. */
  readonly inFlight: number;
  /** The broker as it introduced itself; undefined without a real one. */
  readonly broker: BrokerFacts | undefined;
  /** Small shared values: presence, verdicts, operators' settings. */
  readonly kv: Kv;
  /** Settings changed while everything runs. */
  readonly config: MeshConfig;
  /** Where bodies go that no message can carry. */
  readonly payloads: Payloads;
  /** Why calls went as they did. */
  readonly records: CallRecords;
  /** What of it is recorded as spans; nothing, until somebody takes them. */
  readonly tracing: Tracing;

  /** A typed client; the same one for the same contract and options. */
  client<S extends Service>(contract: S, options?: OptionsFor<S>): Client<S>;
  /** Asks a service about itself: one attempt, 2 s, no policies. */
  builtin<N extends BuiltinName>(service: string, name: N, call?: Call | CallOptions): Promise<BuiltinAnswer<N>>;

  /**
   * Asks every instance of a service and ends as soon as enough have answered, or cannot any more.
   *
   * @throws MeshError a fault of the caller; RangeError for a quorum that is none
   */
  gather<S extends Service, N extends keyof S['endpoints'] & string>(
    contract: S,
    endpoint: N,
    asked: Gathering & { readonly input: Sent<S['endpoints'][N]> },
  ): Promise<Gathered<Answered<S['endpoints'][N]>>>;

  /**
   * Publishes an event. A lossy one is forgotten, false when there is no connection; it throws `bad_request` for unfit data.
   * A durable one is kept first: the promise resolves when the broker has it on disk, rejects when it may not be.
   */
  publish<S extends Service, K extends EventName<S>>(
    contract: S,
    kind: K,
    data: EventSent<S, K>,
    options?: PublishingOptions<S, K>,
  ): Published<S, K>;
  /**
   * Hands every valid event of one kind to `handler`, at most sixteen at once. Durable events of a group come until one
   * member has handled them: a second time after a crash, five times at most, then they are a dead letter.
   */
  subscribe<S extends Service, K extends EventName<S>, O extends SubscribeOptions>(
    contract: S,
    kind: K,
    handler: (data: EventData<S, K>, context: ContextOf<S, K, O>) => void | Promise<void>,
    options?: O,
  ): Subscription;
  /** Where durable events are kept, said once, before the first of them. @throws TypeError for another place later */
  keepEventsIn(store: EventStore): void;
  /** True once durable events have a place. */
  readonly keepsEvents: boolean;

  /** What energy has the whole mesh shed at present; reading it begins with whoever asks first. */
  brownout(): Brownout;

  /** Everybody on the bus, of every namespace, as they describe themselves. */
  discover(service?: string): Promise<readonly MicroInfo[]>;
  ping(service?: string): Promise<readonly MicroIdentity[]>;
  stats(service?: string): Promise<readonly MicroStats[]>;
  /** Instances of a service in this namespace as last heard. */
  instances(service: string): readonly InstanceView[];
  /** Those of them a call may be sent to; fewer than two mean that the queue group chooses. */
  routable(service: string): readonly InstanceView[];

  /** Tells everybody, every 5 s, that this process is an instance of its service; once. @throws TypeError */
  present(facts: () => PresenceFacts): Present;

  /** Takes how a question to JetStream ended that was not put through `kv`: a server that is cut off is then left. */
  heardJetStream(outcome: JsOutcome): void;
  /** What this process has to do without at present, in words for operators. */
  troubles(): readonly string[];
  /** Every target called so far, as it looks from here. */
  resources(): readonly TargetReport[];
  /** Tells `observer` what happens until the returned function is called. */
  observe(observer: MeshObserver): () => void;
  /** Calls `listener` at every change of the connection until the returned function is called. */
  onState(listener: (state: TransportState) => void): () => void;

  /** The connection itself, for JetStream; throws when there is none behind the transport. */
  nats(): NatsConnection;
  /** Waits for calls in flight, hands over what has arrived, then disconnects; safe to call twice. */
  close(): Promise<void>;
}
