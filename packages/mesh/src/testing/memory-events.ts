import { type Clock, MeshError, subjects } from '@seedcore/protocol';
import type { DeadEvent } from '../events/dead-event.ts';
import type {
  Consuming,
  Consumption,
  EventAddress,
  EventStore,
  Handling,
  KeptEvent,
  NewEvent,
} from '../events/event-store.ts';

type Kept = Omit<KeptEvent, 'deliveries'> & EventAddress;
type Due = { readonly event: Kept; readonly deliveries: number };

/** Durable events in memory, without loss: meshes that are given the same one are processes at one broker. */
export class MemoryEvents implements EventStore {
  /** What groups gave up. */
  readonly letters: DeadEvent[] = [];
  readonly #clock: Clock;
  readonly #ns: string;
  readonly #kept: Kept[] = [];
  readonly #groups = new Map<string, Group>();

  constructor(clock: Clock, ns = 'seedcore-test') {
    this.#clock = clock;
    this.#ns = ns;
  }

  async keep({ source, kind, id, key, body }: NewEvent): Promise<{ readonly duplicate: boolean }> {
    const there = this.#kept.find((one) => one.source === source && one.kind === kind && one.id === id);
    if (there !== undefined) return { duplicate: sameOrRefused(there, body) };
    const subject = subjects(this.#ns).keptEvent(source, kind, id);
    const event: Kept = { source, kind, id, key, body, subject, at: new Date(this.#clock.wallMs()) };
    this.#kept.push(event);
    for (const group of this.#groups.values()) group.add(event);
    return { duplicate: false };
  }

  consume(wanted: Consuming, handle: (event: KeptEvent) => Handling): Consumption {
    const name = `${wanted.source} ${wanted.kind} ${wanted.group}`;
    const group = this.#groups.get(name) ?? new Group(this.#clock, wanted, this.letters);
    if (!this.#groups.has(name)) for (const event of this.#kept) group.add(event);
    this.#groups.set(name, group);
    return group.join(wanted.slots, handle);
  }
}

function sameOrRefused({ id, source, kind, body }: Kept, again: Uint8Array): true {
  if (Buffer.compare(body, again) === 0) return true;
  const details = { field: 'id', reason: 'event_id_reused' };
  throw new MeshError('bad_request', { target: `${source}.${kind}`, message: `id: ${id} is another event`, details });
}

class Group {
  readonly #clock: Clock;
  readonly #of: EventAddress;
  readonly #letters: DeadEvent[];
  readonly #due: Due[] = [];
  readonly #members: Member[] = [];

  constructor(clock: Clock, of: EventAddress, letters: DeadEvent[]) {
    this.#clock = clock;
    this.#of = of;
    this.#letters = letters;
  }

  add(event: Kept): void {
    if (event.source === this.#of.source && event.kind === this.#of.kind) this.#offer({ event, deliveries: 1 });
  }

  join(slots: number, handle: (event: KeptEvent) => Handling): Consumption {
    const member = new Member(slots, handle);
    this.#members.push(member);
    this.#serve();
    return {
      trouble: () => undefined,
      stop: () => {
        const place = this.#members.indexOf(member);
        if (place >= 0) this.#members.splice(place, 1);
      },
      settled: () => member.settled(),
    };
  }

  #offer(due: Due): void {
    this.#due.push(due);
    queueMicrotask(() => this.#serve());
  }

  /** Members take turns. */
  #serve(): void {
    for (let due = this.#due[0]; due !== undefined; due = this.#due[0]) {
      const member = this.#members.find(({ free }) => free);
      if (member === undefined) return;
      this.#members.push(...this.#members.splice(this.#members.indexOf(member), 1));
      this.#due.shift();
      this.#deliver(member, due);
    }
  }

  #deliver(member: Member, { event, deliveries }: Due): void {
    const { settled, ended } = member.take({ ...event, deliveries });
    void settled.then((settlement) => {
      if (settlement.action === 'bury') this.#letters.push(settlement.letter);
      if (settlement.action === 'again')
        this.#clock.after(settlement.delayMs, () => this.#offer({ event, deliveries: deliveries + 1 }));
    });
    void ended.then(() => this.#serve());
  }
}

class Member {
  readonly #slots: number;
  readonly #handle: (event: KeptEvent) => Handling;
  readonly #open = new Set<Promise<unknown>>();
  #busy = 0;

  constructor(slots: number, handle: (event: KeptEvent) => Handling) {
    this.#slots = slots;
    this.#handle = handle;
  }

  get free(): boolean {
    return this.#busy < this.#slots;
  }

  take(event: KeptEvent): Handling {
    const handling = this.#handle(event);
    this.#busy += 1;
    this.#open.add(handling.settled);
    void handling.settled.then(() => this.#open.delete(handling.settled));
    const ended = handling.ended.then(() => {
      this.#busy -= 1;
    });
    return { settled: handling.settled, ended };
  }

  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }
}
