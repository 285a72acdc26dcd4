import { type Call, implement, MeshError, ok } from '@seedcore/protocol';
import {
  MemoryBus,
  type MemoryMesh,
  type MeshEvent,
  memoryMesh,
  SeededRandom,
  type ServiceControls,
  type StartOptions,
  startService,
  VirtualClock,
} from '@seedcore/testkit';
import { back, front } from './contracts.ts';
import type { Parts } from './parts.ts';

type Event = MeshEvent extends infer E ? (E extends MeshEvent ? Omit<E, 'at'> : never) : never;

/** Looks at what is held at rest, further apart than a round of discovery takes, in ms. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 1_300;

/** Hears every message, and is no subscriber: with one, no subject would ever lack a responder. */
class HeardBus extends MemoryBus {
  readonly #hear: (message: Parameters<MemoryBus['publish']>[0]) => void;

  constructor(ports: ConstructorParameters<typeof MemoryBus>[0], hear: HeardBus['publish']) {
    super(ports);
    this.#hear = hear;
  }

  override publish(message: Parameters<MemoryBus['publish']>[0]): void {
    this.#hear(message);
    super.publish(message);
  }
}

/** Services and callers on one bus and one clock, and the history of what they did. */
export class World {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly history: MeshEvent[] = [];
  readonly bus: MemoryBus;
  readonly parts: Parts;
  readonly callers: readonly MemoryMesh[];
  readonly #meshes: MemoryMesh[] = [];
  readonly #alive = new Set<ServiceControls>();
  #started = 0;
  #runs = 0;
  #running = 0;
  #calls = 0;

  constructor(seed: number, parts: Parts) {
    this.random = new SeededRandom(seed);
    this.parts = parts;
    const ports = { clock: this.clock, random: this.random.fork('bus') };
    this.bus = new HeardBus(ports, ({ subject, reply }) => this.note({ kind: 'published', subject, reply }));
    parts.guest(this.bus);
    this.callers = ['ann', 'bob', 'cis'].map((name) => this.#mesh(name));
  }

  note(event: Event): void {
    this.history.push({ ...event, at: this.clock.now() });
  }

  /** One more instance of `back`, or of `front`. */
  start(name: 'back' | 'front'): ServiceControls {
    const options = { clock: this.clock, random: this.random.fork(`${name}-${++this.#started}`), bus: this.bus };
    const service = name === 'back' ? this.#startBack(options) : this.#startFront(options);
    this.#alive.add(service);
    return service;
  }

  kill(service: ServiceControls): void {
    service.kill();
    this.#alive.delete(service);
  }

  async leave(service: ServiceControls): Promise<void> {
    await this.parts.leave(service);
    this.#alive.delete(service);
    this.note({ kind: 'drained', instance: service.instance });
  }

  /** One call as an application makes it; never rejects. */
  async ask(mesh: MemoryMesh, endpoint: string, input: { key: string; ms: number }, how: object = {}): Promise<string> {
    const call = `${++this.#calls}`;
    const target = `${endpoint === 'relay' ? 'front' : 'back'}.${endpoint}`;
    this.note({ kind: 'call_started', call, caller: mesh.instance, target });
    const outcome = await this.parts
      .around(() => this.#send(mesh, endpoint, input, how))
      .then(
        () => 'ok',
        (error: unknown) => (error instanceof MeshError ? error.code : 'defect'),
      );
    this.note({ kind: 'call_ended', call, outcome });
    return outcome;
  }

  /** What is counted, at rest: the least of some looks, because now and then somebody asks for a second who is there. */
  async measure(phase: 'warm' | 'end'): Promise<void> {
    const least = this.#levels();
    for (let look = 1; look < LOOKS; look++) {
      await this.clock.advance(BETWEEN_LOOKS_MS);
      for (const [name, value] of this.#levels()) least.set(name, Math.min(value, least.get(name) ?? value));
    }
    for (const [name, value] of least) this.note({ kind: 'level', name, phase, value });
  }

  #levels(): Map<string, number> {
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const reports = this.#meshes.flatMap((mesh) => mesh.resources());
    return new Map([
      ['timers', this.clock.pending],
      ['handlers', sum([...this.#alive].map((service) => service.inFlight()))],
      ['calls in flight', sum(reports.map((one) => one.in_flight + one.queued))],
    ]);
  }

  #send(mesh: MemoryMesh, endpoint: string, input: { key: string; ms: number }, how: object): Promise<unknown> {
    if (endpoint === 'relay') return mesh.client(front, this.parts.client).relay(input, how);
    const client = mesh.client(this.parts.promised, this.parts.client);
    if (endpoint === 'write') return client.write(input, how);
    return endpoint === 'check' ? client.check(input, how) : client.read(input, how);
  }

  #startBack(options: Ports): ServiceControls {
    const at = this.#instance();
    const does = (name: 'read' | 'write') => async (input: { key: string; ms: number }, call: Call) => {
      await this.#handled(at, { name: `back.${name}`, ...input, idempotent: name === 'read' }, call);
      return ok({});
    };
    const refuse = ({ key }: { key: string }) => {
      if (/[0-6]$/.test(key)) throw new MeshError('bad_request', { target: 'back.check', details: { field: '/key' } });
      return ok({});
    };
    const handlers = implement(back, { read: does('read'), write: does('write'), check: refuse });
    const { slots } = this.parts;
    return at.serves(
      startService(handlers, {
        ...options,
        observer: at.observer,
        limits: { read: { fixed: slots }, write: { fixed: slots } },
      }),
    );
  }

  #startFront(options: Ports): ServiceControls {
    const at = this.#instance();
    const mesh = this.#mesh('front');
    const handlers = implement(front, {
      relay: async (input, call) => {
        await this.#handled(at, { name: 'front.relay', ...input, ms: 0, idempotent: true }, call, () =>
          this.ask(mesh, 'read', input, call),
        );
        return ok({});
      },
    });
    return at.serves(startService(handlers, { ...options, observer: at.observer }));
  }

  async #handled(at: Instance, what: Handled, call: Call, inner: () => Promise<unknown> = async () => undefined) {
    const run = ++this.#runs;
    const { name: target, key, ms, idempotent } = what;
    this.note({
      kind: 'handler_started',
      run,
      instance: at.name,
      target,
      key,
      idempotent,
      deadlineAt: call.deadlineAt,
      trace: call.trace.traceId,
      hop: call.chain.length,
    });
    this.#running += 1;
    try {
      await this.parts.work(ms, call, { clock: this.clock, running: this.#running });
      await inner();
    } finally {
      this.#running -= 1;
      this.note({ kind: 'handler_ended', run });
    }
  }

  /** An accepted request is one that got a slot; a refusal is told right before its reply. */
  #instance(): Instance {
    let refused = 0;
    const instance = { name: 'none' };
    const note = (kind: 'accepted' | 'answered') => this.note({ kind, instance: instance.name });
    return Object.assign(instance, {
      observer: {
        queued: () => note('accepted'),
        cancelled: () => note('answered'),
        refused: () => {
          refused += 1;
        },
        replied: ({ endpoint }: { endpoint: { builtin: boolean } }) => {
          if (endpoint.builtin) return;
          if (refused > 0) refused -= 1;
          else note('answered');
        },
      },
      serves: (service: ServiceControls) => {
        instance.name = service.instance;
        return service;
      },
    });
  }

  #mesh(name: string): MemoryMesh {
    const random = this.random.fork(`${name}${this.#meshes.length}`);
    const mesh = memoryMesh({
      clock: this.parts.callerClock(this.clock),
      random,
      bus: this.bus,
      ns: 'test',
      service: name,
    });
    this.#meshes.push(mesh);
    const caller = mesh.instance;
    mesh.observe({
      attempt: ({ target, attempt, code, ms }) => {
        const startedAt = this.clock.now() - ms;
        this.note({ kind: 'attempt', caller, target, n: attempt, code, startedAt });
      },
      decision: (target, decision) => {
        if (decision.layer !== 'breaker') return;
        if (decision.decision === 'refused')
          this.note({ kind: 'breaker_refused', caller, target, untilAt: this.clock.now() + decision.retryAfterMs });
        else this.note({ kind: 'breaker', caller, target, to: decision.decision });
      },
    });
    return mesh;
  }
}

type Ports = Pick<StartOptions, 'clock' | 'random' | 'bus'>;

type Handled = { readonly name: string; readonly key: string; readonly ms: number; readonly idempotent: boolean };

type Instance = {
  readonly name: string;
  readonly observer: NonNullable<StartOptions['observer']>;
  serves(service: ServiceControls): ServiceControls;
};
