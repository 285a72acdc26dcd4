import type { Brownout, Payloads, Subscription, Tracing, Transport, WireMessage } from '@seedcore/mesh';
import {
  type Clock,
  headerNames,
  isInbox,
  jsonCodec,
  MeshError,
  nearest,
  printable,
  type Random,
  type Subjects,
  subjects,
} from '@seedcore/protocol';
import { InboxSkew } from './admission/inbox-skew.ts';
import type { Identity } from './identity.ts';
import { type Described, QUEUE_GROUP } from './micro/control-replies.ts';
import { serveControl } from './micro/serve-control.ts';
import { LargeReplies } from './payload/large-replies.ts';
import { encodeReply } from './reply/encode-reply.ts';
import { InFlight } from './serve/in-flight.ts';
import { LoadReport } from './serve/load-report.ts';
import type { ServeObserver } from './serve/serve-observer.ts';
import type { ServePorts } from './serve/serve-ports.ts';
import type { ServerCall } from './serve/server-call.ts';
import { takeRequest } from './serve/take-request.ts';
import type { ServedEndpoint } from './served/served-endpoint.ts';
import { readGrant } from './stream/read-grant.ts';

/** What a responder is made of. */
export type ResponderParts = {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Where bodies go that no message can carry. */
  readonly payloads: Payloads;
  readonly identity: Identity;
  /** Which traces are recorded. */
  readonly tracing: Tracing;
  /** Endpoints every service answers by itself, in every state. */
  readonly builtins: readonly ServedEndpoint[];
  /** The contract's own endpoints as INFO lists them, also before they are served. */
  readonly described: readonly Described[];
  readonly observer: ServeObserver;
  /** What is to be shed. */
  readonly brownout: Brownout;
  /** How far the event loop is behind, in ms. */
  readonly lagMs: () => number;
  /** Somebody asked this instance to drain. */
  readonly onDrain: () => void;
};

type Refusal = (target: string) => MeshError;

const refusal =
  (code: 'unavailable' | 'draining', state: string): Refusal =>
  (target) =>
    new MeshError(code, { target, message: `${target}: the service is ${state}`, started: false, details: { state } });

const starting = refusal('unavailable', 'starting');
const draining = refusal('draining', 'draining');

/**
 * One service on the bus: its micro subjects, its endpoints in the queue group, its instance subject, and cancels.
 * While it drains, requests the broker had already routed here by queue are still served; those addressed to this
 * instance are refused with `draining`.
 *
 * @source NATS ADR-32, "Service API"
 */
export class Responder {
  readonly #parts: ResponderParts;
  readonly #subjects: Subjects;
  readonly #ports: ServePorts;
  readonly #large: LargeReplies;
  readonly #inFlight = new InFlight<ServerCall>();
  readonly #always: readonly Subscription[];
  #queue: readonly Subscription[] = [];
  #served: readonly ServedEndpoint[];
  #instanceRefusal: Refusal | undefined = starting;
  #queueRefusal: Refusal | undefined;

  constructor(parts: ResponderParts) {
    const { transport, clock, random, identity, observer, brownout, tracing } = parts;
    const large = new LargeReplies(parts);
    this.#large = large;
    this.#parts = parts;
    this.#served = parts.builtins;
    this.#subjects = subjects(identity.ns);
    const load = new LoadReport(identity.instance);
    const admission = { skew: new InboxSkew(), brownout };
    const { contract } = identity;
    const inFlight = this.#inFlight;
    this.#ports = { transport, clock, random, observer, load, contract, admission, large, inFlight, tracing };
    this.#always = this.#listen();
  }

  /** Calls waiting or running. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Every endpoint served at present, built-ins last. */
  get served(): readonly ServedEndpoint[] {
    return this.#served;
  }

  /** Takes requests. */
  open(endpoints: readonly ServedEndpoint[]): void {
    this.#served = [...endpoints, ...this.#parts.builtins];
    this.#instanceRefusal = undefined;
    this.#queue = endpoints.map((endpoint) => this.#serve(endpoint));
  }

  /** Leaves the queue groups; resolves when everything routed here has been handed over. */
  async drain(): Promise<void> {
    this.#instanceRefusal = draining;
    await Promise.all(this.#queue.map((subscription) => subscription.drain()));
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    await this.#inFlight.idle();
    await this.#large.idle();
  }

  /** Stops what still runs: signals abort, callers are told, new requests are refused. */
  abort(): void {
    this.#queueRefusal = draining;
    for (const call of this.#inFlight.all()) call.shutDown();
  }

  /** Is gone from the bus; a request that the broker had routed here by then is refused, because silence looks like work. */
  async close(): Promise<void> {
    await Promise.all([...this.#queue, ...this.#always].map((subscription) => subscription.drain()));
  }

  #listen(): readonly Subscription[] {
    const { identity, transport, builtins, described } = this.#parts;
    const { service, instance } = identity;
    const all = [...described, ...builtins];
    return [
      ...serveControl(transport, { identity, described: all, served: () => this.#served }),
      ...builtins.map((endpoint) => this.#serve(endpoint)),
      transport.subscribe(this.#subjects.instanceAll(service, instance), (message) => this.#atInstance(message)),
      transport.subscribe(this.#subjects.cancelAll(), ({ subject }) => this.#cancel(lastToken(subject))),
    ];
  }

  #serve(endpoint: ServedEndpoint): Subscription {
    const take = (message: WireMessage) => this.#take(endpoint, message, this.#queueRefusal);
    return this.#parts.transport.subscribe(endpoint.subject, take, { queue: QUEUE_GROUP });
  }

  #take(endpoint: ServedEndpoint, message: WireMessage, refused: Refusal | undefined): void {
    const { clock, lagMs } = this.#parts;
    const refusal = endpoint.builtin ? undefined : refused;
    takeRequest(endpoint, { message, at: clock.now(), lagMs: lagMs(), refusal }, this.#ports);
  }

  #atInstance(message: WireMessage): void {
    const name = lastToken(message.subject);
    const endpoint = this.#served.find((one) => one.name === name);
    if (endpoint !== undefined) this.#take(endpoint, message, this.#instanceRefusal);
    else if (name === 'cancel') this.#cancel(message.headers.get(headerNames.call));
    else if (name === 'credit') this.#grant(message);
    else if (name === 'drain') this.#drainAsked(message);
    else this.#reply(message, encodeReply({ kind: 'error', error: this.#notServed(name) }, jsonCodec));
  }

  #drainAsked(message: WireMessage): void {
    this.#reply(message, { data: jsonCodec.encode({ state: 'draining' }), headers: [] });
    this.#parts.onDrain();
  }

  /** An endpoint of the contract is merely not served yet; any other name is a mistake. */
  #notServed(name: string): MeshError {
    const { described, builtins, identity } = this.#parts;
    const target = `${identity.service}.${printable(name, 48)}`;
    if (described.some((one) => one.name === name)) return starting(target);
    const known = [...described, ...builtins].map((one) => one.name);
    const meant = nearest(name, known);
    const message = `${target}: unknown endpoint${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
    return new MeshError('unknown_endpoint', { target, message, started: false });
  }

  #cancel(id: string | undefined): void {
    if (id === undefined) return;
    for (const call of this.#inFlight.find(id)) call.cancel();
  }

  #grant(message: WireMessage): void {
    const { call, add } = readGrant(message) ?? {};
    if (call !== undefined && add !== undefined) for (const one of this.#inFlight.find(call)) one.grant(add);
  }

  #reply(
    { reply }: WireMessage,
    { data, headers }: { data: Uint8Array; headers: readonly (readonly [string, string])[] },
  ) {
    if (reply !== undefined && isInbox(reply)) this.#parts.transport.publish(reply, data, { headers });
  }
}

const lastToken = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
