import { worker } from '@seedcore/contracts';
import { type Input, MeshError, type Reply, validate } from '@seedcore/protocol';
import { HOST_SUSPECT_MS } from '../domain/host-state.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { type HelloPorts, hello } from './hello.ts';
import { unknownWorker, WorkerAnswers } from './worker-answers.ts';
import type { WorkerDesk } from './worker-desk.ts';
import type { KeptWorker } from './worker-records.ts';

type Endpoints = typeof worker.endpoints;
/** What a worker may say. */
export type WorkerEndpoint = keyof Endpoints;
type Given<E extends WorkerEndpoint> = Input<Endpoints[E]>;
type Answer<E extends WorkerEndpoint> = Promise<Reply<Endpoints[E]>>;

/** A message of a worker, on its way from the replica that got it to the one that keeps the worker. */
export type WorkerMessage = { readonly endpoint: WorkerEndpoint; readonly input?: unknown };
/** What that one answered. */
export type Handed =
  | { readonly ok: true; readonly value?: unknown }
  | { readonly ok: false; readonly failure: { readonly code: string; readonly details?: unknown } };

/** Looks for whoever keeps a worker, while others look too. */
const TRIES = 3;
/** Time for a message from replica to replica beside what it waits for, in ms. */
const TRAVEL_MS = 3000;

/** What the door stands on. */
export type DoorPorts = HelloPorts & {
  readonly desk: WorkerDesk;
  readonly hosts: Pick<Hosts, 'handOn' | 'serveWorkers'>;
};

/**
 * Where workers knock: any replica takes any message, and hands it to the one that keeps the worker. When that one is gone
 * it keeps the worker itself from then on; what the worker was doing goes on elsewhere.
 */
export class WorkerDoor {
  readonly #ports: DoorPorts;
  readonly #answers: WorkerAnswers;

  constructor(ports: DoorPorts) {
    this.#ports = ports;
    this.#answers = new WorkerAnswers(ports.desk);
  }

  /** Takes what other replicas hand on. */
  open(): void {
    this.#ports.hosts.serveWorkers((message) => this.#handed(message));
  }

  /** Answers a message, here or by whoever keeps the worker. */
  async take<E extends WorkerEndpoint>(endpoint: E, input: Given<E>): Answer<E> {
    const { desk } = this.#ports;
    for (let tries = 0; tries < TRIES; tries++) {
      const kept = desk.get(input.worker) === undefined ? await desk.ports.records.read(input.worker) : undefined;
      if (desk.get(input.worker) !== undefined) return this.#here(endpoint, input, undefined);
      if (kept === undefined) return this.#stranger(endpoint, input);
      const elsewhere = kept.record.host === desk.ports.me ? 'absent' : await this.#elsewhere(endpoint, input, kept);
      if (elsewhere !== 'absent') return elsewhere;
      if (endpoint === 'hello') return this.#here(endpoint, input, kept);
      if (await this.#adopt(kept)) return this.#here(endpoint, input, undefined);
    }
    throw new MeshError('unavailable', {
      target: `worker.${endpoint}`,
      message: 'its replica is changing',
      sent: false,
    });
  }

  /** This replica was told that it keeps the worker. */
  async #handed({ endpoint, input }: WorkerMessage): Promise<Handed> {
    const checked = validate(worker.endpoints[endpoint].input, input);
    if (!checked.ok) throw new MeshError('bad_request', { target: `worker.${endpoint}` });
    const given: Given<WorkerEndpoint> = checked.value;
    const { desk } = this.#ports;
    if (desk.get(given.worker) !== undefined) return this.#here(endpoint, given, undefined);
    const kept = await desk.ports.records.read(given.worker);
    if (kept === undefined) return this.#stranger(endpoint, given);
    if (kept.record.host !== desk.ports.me) throw new MeshError('unavailable', { target: `worker.${endpoint}` });
    if (endpoint !== 'hello') await this.#adopt(kept);
    return this.#here(endpoint, given, kept);
  }

  #here<E extends WorkerEndpoint>(endpoint: E, input: Given<E>, kept: KeptWorker | undefined): Answer<E> {
    const { desk } = this.#ports;
    const answers: { readonly [N in WorkerEndpoint]: (given: Given<N>) => Answer<N> } = {
      hello: (given) => hello(given, kept, { desk, ports: this.#ports }),
      claim: (given) => this.#answers.claim(given),
      progress: (given) => this.#answers.progress(given),
      beat: (given) => this.#answers.beat(given),
      effect: (given) => this.#answers.effect(given),
      finish: (given) => this.#answers.finish(given),
      bye: (given) => this.#answers.bye(given),
    };
    return answers[endpoint](input);
  }

  /** One that nobody keeps has to say hello; what it had is nobody's any more. */
  #stranger<E extends WorkerEndpoint>(endpoint: E, input: Given<E>): Answer<E> {
    const needsHello = endpoint === 'claim' || endpoint === 'beat' || endpoint === 'bye';
    if (!needsHello) return this.#here(endpoint, input, undefined);
    return Promise.resolve(unknownWorker(input.worker) as Reply<Endpoints[E]>);
  }

  async #elsewhere<E extends WorkerEndpoint>(
    endpoint: E,
    input: Given<E>,
    { record: { host } }: KeptWorker,
  ): Promise<Reply<Endpoints[E]> | 'absent'> {
    const { desk, hosts } = this.#ports;
    const waitMs = 'wait_ms' in input ? input.wait_ms : (SLOW[endpoint] ?? 0);
    try {
      const handed = await hosts.handOn(host, { endpoint, input }, waitMs + TRAVEL_MS);
      return handed === 'absent' ? handed : replyOf(endpoint, handed);
    } catch (cause) {
      const heardAt = desk.ports.roster.heardAt(host);
      const silent = heardAt === undefined || desk.ports.clock.now() - heardAt > HOST_SUSPECT_MS;
      if (cause instanceof MeshError && cause.code === 'unavailable' && silent) return 'absent';
      throw cause;
    }
  }

  /** Keeps a worker whose replica is gone; false when another one does by now. */
  async #adopt({ record, rev }: KeptWorker): Promise<boolean> {
    const { desk } = this.#ports;
    const handle = record.handle ?? rev;
    const written = await desk.ports.records.write({ ...record, handle, host: desk.ports.me }, rev);
    if (written === undefined) return false;
    await desk.keep(written);
    return true;
  }
}

/** Time an answer may take that ends in writes, in ms. */
const SLOW: Partial<Record<WorkerEndpoint, number>> = { hello: 12_000, effect: 10_000, finish: 15_000, bye: 12_000 };

/** What another replica answered. @throws MeshError `bad_reply` for what the contract does not know */
function replyOf<E extends WorkerEndpoint>(endpoint: E, handed: Handed): Reply<Endpoints[E]> {
  const { output, failures } = worker.endpoints[endpoint];
  const declared: Readonly<Record<string, { readonly details: { safeParse(value: unknown): { success: boolean } } }>> =
    failures;
  const good = handed.ok
    ? output.safeParse(handed.value).success
    : declared[handed.failure.code]?.details.safeParse(handed.failure.details).success === true;
  if (!good) throw new MeshError('bad_reply', { target: `worker.${endpoint}` });
  // It is one of the replies the contract declares: that was just checked.
  return handed as Reply<Endpoints[E]>;
}
