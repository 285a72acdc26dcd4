import { type Brownout, noBrownout, type TraceOptions, type WireMessage } from '@seedcore/mesh';
import { type MemoryBus, type MemoryMesh, memoryMesh } from '@seedcore/mesh/testing';
import {
  type Client,
  type Clock,
  headerNames,
  type Implementation,
  jsonCodec,
  type Random,
  type Service,
  type WireHeaders,
  wireHeaders,
} from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { defaultRetry, type RetryPolicy } from '@seedcore/resilience';
import { ServiceBrownout } from '../brownout/service-brownout.ts';
import { serveBuiltins } from '../builtin/serve-builtins.ts';
import { identityOf } from '../identity.ts';
import type { Log } from '../log/log.ts';
import { logServing } from '../log/log-serving.ts';
import type { ReplyStore } from '../replay/reply-store.ts';
import { requireReplies, withReplays } from '../replay/with-replays.ts';
import { Responder } from '../responder.ts';
import { observers, type ServeObserver, silentObserver } from '../serve/serve-observer.ts';
import { describedEndpoints } from '../served/described.ts';
import { type Limits, serveImplementation } from '../served/serve-implementation.ts';
import { traceServing } from '../trace/trace-serving.ts';

/** How a service is started for a test; everything has a default. */
export type StartOptions<S extends Service = Service> = {
  /** A virtual one that stands still unless advanced. */
  readonly clock?: Clock;
  /** Seeded with 1. */
  readonly random?: Random;
  readonly ns?: string;
  /** Id of the instance that serves; left out: any. */
  readonly instance?: string;
  /** To meet other services started on the same bus. */
  readonly bus?: MemoryBus;
  readonly limits?: Limits<S>;
  /** Hears some of what happens to requests. */
  readonly observer?: Partial<ServeObserver>;
  /** What the mesh sheds; nothing. */
  readonly brownout?: Brownout;
  /** Takes the spans of the caller and of the service. */
  readonly traces?: TraceOptions;
  /** Takes the lines a service process writes about its requests. */
  readonly log?: Log;
  /** One attempt, so that a test sees the first answer; a retry would wait for a clock that stands still. */
  readonly retry?: RetryPolicy;
  /** Where replies are kept; a contract with `replays` needs it. */
  readonly replies?: ReplyStore;
};

/** A reply as it came over the wire. */
export type RawReply = {
  readonly headers: WireHeaders;
  readonly data: Uint8Array;
  /** The body as text. */
  readonly text: string;
  /** Status of the header line: 503 when nobody listens. */
  readonly code: number | undefined;
  /** The ADR-32 error code, undefined for a success. */
  readonly status: string | undefined;
  /** The body read as JSON; undefined when it is in another type. */
  readonly json: unknown;
};

/** Headers of a raw request; as pairs a name may be repeated. */
export type RawHeaders = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/** What a started service offers beside its typed client. */
export type ServiceControls = {
  /**
   * Sends bytes and headers as they are, past every check of our own client; resolves with the reply, never when there
   * is none.
   */
  request(endpoint: string, body?: Uint8Array | string, headers?: RawHeaders): Promise<RawReply>;
  /** The same, to any subject. */
  requestAt(subject: string, body?: Uint8Array | string, headers?: RawHeaders): Promise<RawReply>;
  /** Id of the instance that serves. */
  readonly instance: string;
  /** Calls waiting or running. */
  inFlight(): number;
  stop(): Promise<void>;
  /** Loses its connection for good, as a process that is killed; what runs is heard of no more. */
  kill(): void;
  /** The mesh of the caller. */
  readonly mesh: MemoryMesh;
};

/** A typed client of a service that runs in this process. */
export type StartedService<S extends Service> = Client<S> & ServiceControls;

/** Starts a service without a network; calls take the full path: codec, admission, handler, policies. */
export function startService<S extends Service>(
  implementation: Implementation<S>,
  options: StartOptions<S> = {},
): StartedService<S> {
  const { clock = new VirtualClock(), random = new SeededRandom(1), ns = 'test' } = options;
  const { contract } = implementation;
  const caller = memoryMesh({ clock, random, ns, bus: options.bus });
  const own = { service: contract.name, instance: options.instance };
  const server = memoryMesh({ clock, random, ns, bus: caller.transport.bus, ...own });
  if (options.traces !== undefined) for (const one of [caller, server]) one.tracing.start(options.traces);
  const responder = openResponder(implementation, server, options);
  requireReplies({ implementation, replies: options.replies });
  const replays = { clock, replayed: () => undefined, report: reported };
  const kept = withReplays({ implementation, replies: options.replies }, replays);
  responder.open(serveImplementation(kept, { ns, limits: options.limits }));
  let n = 0;
  const requestAt: ServiceControls['requestAt'] = (subject, body, headers) => {
    n += 1;
    return request(caller, subject, { n, body, headers });
  };
  const controls: ServiceControls = {
    requestAt,
    request: (endpoint, body, headers) => requestAt(`${ns}.svc.${contract.name}.${endpoint}`, body, headers),
    instance: server.instance,
    inFlight: () => responder.inFlight,
    mesh: caller,
    kill: () => server.transport.disconnect(),
    stop: async () => {
      await responder.drain();
      await responder.idle();
      await responder.close();
      await Promise.all([server.close(), caller.close()]);
    },
  };
  return Object.assign(
    Object.create(caller.client(contract, { retry: options.retry ?? { ...defaultRetry, max: 1 } })),
    controls,
  );
}

/** In a test nobody reads a log: what could not be kept fails it. */
function reported(key: string, error: unknown): never {
  throw new Error(`the reply of ${key} could not be kept`, { cause: error });
}

function openResponder<S extends Service>(
  { contract }: Implementation<S>,
  mesh: MemoryMesh,
  { observer, log, brownout: ofMesh = noBrownout }: StartOptions<S>,
): Responder {
  const { transport, clock, random, ns, instance, payloads, tracing } = mesh;
  const identity = identityOf(contract, { ns, instance, startedWallMs: clock.wallMs() });
  const { doc: _doc, ...shown } = identity;
  const brownout = new ServiceBrownout(ofMesh, clock, () => responder.served);
  const responder: Responder = new Responder({
    transport,
    clock,
    random,
    payloads,
    identity,
    tracing,
    builtins: serveBuiltins({
      contract,
      ns,
      health: () => ({
        live: true,
        ready: true,
        degraded: false,
        state: 'ready',
        missing: [],
        degraded_by: [],
        brownout: brownout.level,
        loop_delay_ms: 0,
      }),
      info: () => ({
        ...shown,
        state: 'ready',
        uptime_ms: 0,
        server: { version: 'none' },
        codecs: [],
        limits: {},
        resources: [],
      }),
    }),
    described: describedEndpoints(contract, ns),
    observer: observers([
      { ...silentObserver, ...observer },
      log === undefined ? silentObserver : logServing(log, clock),
      tracing.on ? traceServing({ tracing, clock, random, instance }) : silentObserver,
    ]),
    brownout,
    lagMs: () => 0,
    // Tests stop their services themselves.
    onDrain: () => undefined,
  });
  return responder;
}

function request(
  { transport }: MemoryMesh,
  subject: string,
  sent: { n: number; body: Uint8Array | string | undefined; headers: RawHeaders | undefined },
): Promise<RawReply> {
  const reply = `${transport.inbox}.raw.${sent.n}`;
  const data = typeof sent.body === 'string' ? new TextEncoder().encode(sent.body) : (sent.body ?? new Uint8Array(0));
  return new Promise((resolve) => {
    const inbox = transport.subscribe(reply, (message) => {
      inbox.unsubscribe();
      resolve(rawReply(message));
    });
    transport.bus.publish({ subject, reply, headers: wireHeaders(pairsOf(sent.headers)), data, status: undefined });
  });
}

function pairsOf(headers: RawHeaders = []): readonly (readonly [string, string])[] {
  return Symbol.iterator in headers ? [...headers] : Object.entries(headers);
}

function rawReply({ headers, data, status: code }: WireMessage): RawReply {
  const type = headers.get(headerNames.contentType) ?? jsonCodec.type;
  const text = new TextDecoder().decode(data);
  const isJson = type === jsonCodec.type && /^[[{"\dtfn-]/.test(text);
  return {
    headers,
    data,
    text,
    code,
    status: headers.get(headerNames.errorCode),
    json: isJson ? JSON.parse(text) : undefined,
  };
}
