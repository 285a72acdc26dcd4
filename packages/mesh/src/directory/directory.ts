import {
  type Clock,
  type Codec,
  jsonCodec,
  MeshError,
  msgpackCodec,
  type Random,
  type Subjects,
  type Timer,
} from '@seedcore/protocol';
import type { PresenceBody } from '../presence/presence-body.ts';
import type { PresenceBook, PresenceChange } from '../presence/presence-book.ts';
import type { ReportDefect } from '../transport/closable.ts';
import type { Transport } from '../transport/transport.ts';
import type { Discovery } from './discovery.ts';
import type { InstanceView } from './instance.ts';
import { type DirectoryEvent, Instances, SILENCE_MS } from './instances.ts';
import { introductionOf } from './introduction.ts';

/** How often the instances of a used service are asked for, in ms, and by how much that varies. */
export const REFRESH_MS = 30_000;
const REFRESH_JITTER = 0.2;
/** Somebody new is asked who it is no sooner than this after the last question, in ms. */
const SOON_MS = 1_000;

/** A reply of somebody who gave a sign so recently is no news, in ms. */
const NEWS_MS = 1_000;

/** What a directory works with. */
export type DirectoryPorts = {
  readonly ns: string;
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly discovery: Discovery;
  readonly book: PresenceBook;
  /** Whether the broker confirms the beats of this process; undefined when it has none. */
  readonly acknowledged: () => boolean | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ReportDefect;
};

/** What an instance said of its load. */
export type Load = { readonly instance: string; readonly inFlight: number; readonly limit: number };

type Used = { readonly instances: Instances; timer: Timer | undefined; askedAt: number; soon: boolean };

/** Which instances serve the services this process calls: asked for, told by their presence, seen in their replies. */
export class Directory {
  readonly #ports: DirectoryPorts;
  readonly #used = new Map<string, Used>();
  readonly #stop: () => void;
  #closed = false;

  constructor(ports: DirectoryPorts) {
    this.#ports = ports;
    this.#stop = ports.transport.onState((state) => state === 'up' && this.#back());
    ports.book.onChange((change) => this.#present(change));
  }

  /** Instances of a service as last heard; the first question starts the listening. */
  instances(service: string): readonly InstanceView[] {
    return this.#of(service)?.all() ?? [];
  }

  /**
   * Whom a call may be sent to: fewer than two mean that the queue group has to choose. The same array until something
   * changes, and no instance of it has to be looked at twice.
   */
  routable(service: string): readonly InstanceView[] {
    return this.#of(service)?.routable() ?? NOBODY;
  }

  /** The codec a request may be written in: MessagePack only where everybody who may get it reads it. */
  codecFor(service: string, instance?: string): Codec {
    const known = this.#of(service);
    if (known === undefined) return jsonCodec;
    const speaks = instance === undefined ? known.allSpeakMsgpack : known.get(instance)?.speaksMsgpack;
    return speaks ? msgpackCodec : jsonCodec;
  }

  /** Any reply of an instance. */
  heard(service: string, id: string): void {
    const one = this.#used.get(service)?.instances.get(id);
    if (one?.state === 'alive' && this.#ports.clock.now() - one.heardAt < NEWS_MS) return;
    this.#take(service, { kind: 'reply', id });
  }

  /** An instance said how much it runs. */
  load(service: string, { instance: id, inFlight, limit }: Load): void {
    this.#take(service, { kind: 'load', id, inFlight, limit });
  }

  /** An instance refused because it is draining. */
  draining(service: string, id: string): void {
    this.#take(service, { kind: 'draining', id });
  }

  /** Nobody listens on an instance's own subject: it is gone. */
  noResponder(service: string, id: string): void {
    this.#take(service, { kind: 'no_responder', id });
  }

  /** Stops listening. */
  close(): void {
    this.#closed = true;
    this.#stop();
    for (const { timer } of this.#used.values()) timer?.cancel();
  }

  #of(service: string): Instances | undefined {
    const used = this.#used.get(service) ?? this.#use(service);
    if (used === undefined) return undefined;
    const now = this.#ports.clock.now();
    if (now >= used.instances.dueAt && this.#ports.transport.state === 'up')
      used.instances.step({ kind: 'time', deaf: this.#deaf(now) }, now);
    return used.instances;
  }

  #use(service: string): Used | undefined {
    if (this.#closed) return undefined;
    const { subjects, book } = this.#ports;
    const used: Used = {
      instances: new Instances(service, subjects),
      timer: undefined,
      askedAt: Number.NEGATIVE_INFINITY,
      soon: false,
    };
    this.#used.set(service, used);
    book.open();
    for (const body of book.present()) if (body.service === service) this.#tell(used.instances, body);
    this.#refresh(service, used);
    return used;
  }

  /** Own beats unanswered, or nobody heard at all: then it is this process that hears nothing. */
  #deaf(now: number): boolean {
    const { acknowledged, book } = this.#ports;
    return acknowledged() === false || now - book.heardAt >= SILENCE_MS;
  }

  #back(): void {
    const now = this.#ports.clock.now();
    for (const [service, used] of this.#used) {
      used.instances.step({ kind: 'rebase' }, now);
      this.#refresh(service, used);
    }
  }

  #present({ service, instance, body }: PresenceChange): void {
    const used = this.#used.get(service);
    if (used === undefined) return;
    if (body === undefined) used.instances.step({ kind: 'ended', id: instance }, this.#ports.clock.now());
    else this.#tell(used.instances, body);
    this.#introduce(service, used);
  }

  #tell(instances: Instances, body: PresenceBody): void {
    const now = this.#ports.clock.now();
    const id = body.instance;
    const state = LEAVING.has(body.state) ? 'draining' : body.ready ? 'alive' : 'starting';
    instances.step({ kind: 'presence', id, state }, now);
    instances.step({ kind: 'load', id, inFlight: body.in_flight, limit: body.limit }, now);
  }

  #take(service: string, event: DirectoryEvent): void {
    const used = this.#used.get(service);
    if (used === undefined) return;
    used.instances.step(event, this.#ports.clock.now());
    this.#introduce(service, used);
  }

  /** Somebody is known by a sign only: who it is and what it reads is asked soon, not with the next refresh. */
  #introduce(service: string, used: Used): void {
    if (used.soon || this.#closed || !used.instances.strangers) return;
    const { clock } = this.#ports;
    used.soon = true;
    used.timer?.cancel();
    const wait = Math.max(0, used.askedAt + SOON_MS - clock.now());
    used.timer = clock.after(wait, () => this.#refresh(service, used));
  }

  #refresh(service: string, used: Used): void {
    const { clock, random, report } = this.#ports;
    used.timer?.cancel();
    used.soon = false;
    used.askedAt = clock.now();
    const wait = REFRESH_MS * (1 + REFRESH_JITTER * (2 * random.next() - 1));
    used.timer = clock.after(wait, () => this.#refresh(service, used));
    this.#ask(service, used).catch((error: unknown) => {
      // Without a connection there is nothing to hear; the next refresh is already set.
      if (!(error instanceof MeshError && error.code === 'not_connected')) report(`$SRV.INFO.${service}`, error);
    });
  }

  async #ask(service: string, { instances, askedAt }: Used): Promise<void> {
    const answers = await this.#ports.discovery.info(service);
    const found = answers.map((info) => introductionOf(info, this.#ports.ns)).filter((one) => one !== undefined);
    instances.step({ kind: 'info', found, askedAt }, this.#ports.clock.now());
  }
}

/** Phases in which an instance takes nothing new. */
const LEAVING: ReadonlySet<string> = new Set(['draining', 'stopped']);
const NOBODY: readonly InstanceView[] = Object.freeze([]);
