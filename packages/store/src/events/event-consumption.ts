import type { Consuming, Consumption, Handling, KeptEvent, Settlement } from '@seedcore/mesh';
import { delay, MeshError } from '@seedcore/protocol';
import type { Stop } from '../broker/broker.ts';
import type { Delivery, Puller } from '../broker/delivery.ts';
import type { EventShelf } from './event-shelf.ts';
import { EVENT_KEY, ledgerStream } from './event-streams.ts';

/** Longest wait of a pull for the first event, in ms. */
const WAIT_MS = 10_000;
/** Pause after a pull that failed, or that came back empty at once, in ms. */
const TROUBLE_MS = 500;
/** Pause after anything but the broker being away, such as a stream that cannot be made as it should be, in ms. */
const DEFECT_MS = 10_000;
/** A delivery that is settled at the last moment is still in time, in ms. */
const MARGIN_MS = 5_000;
/** Events of a group that may be on their way or waiting for another delivery; more wait in the stream. */
const MAX_ACK_PENDING = 1_000;
/** An event that can neither be handled nor given up, because the broker takes no letter, comes again after this, in ms. */
const UNBURIED_MS = 60_000;

/** What a consumption works with. */
export type ConsumptionParts = {
  readonly shelf: EventShelf;
  readonly wanted: Consuming;
  readonly handle: (event: KeptEvent) => Handling;
  readonly report: (where: string, error: unknown) => void;
};

/** Pulls the events of one kind for one group, never more than there are free slots, so that nothing waits in a process. */
export class EventConsumption implements Consumption {
  readonly #parts: ConsumptionParts;
  readonly #open = new Set<Promise<void>>();
  readonly #reconnected: Stop;
  readonly #loop: Promise<void>;
  readonly #ending = new AbortController();
  #puller: Puller | undefined;
  #busy = 0;
  #wake: () => void = () => {};
  #trouble: string | undefined;

  constructor(parts: ConsumptionParts) {
    this.#parts = parts;
    this.#reconnected = parts.shelf.broker.onReconnect(() => this.#renewPuller());
    this.#loop = this.#run();
  }

  trouble(): string | undefined {
    return this.#trouble;
  }

  stop(): void {
    this.#ending.abort();
    this.#reconnected.stop();
    this.#renewPuller();
    this.#wake();
  }

  async settled(): Promise<void> {
    await this.#loop; // what its last pull brought is dealt with too
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  /** No dot, no blank, and no two of them alike: neither a source nor a kind holds a dash. */
  get #consumer(): string {
    const { source, kind, group } = this.#parts.wanted;
    return `evt-${source}-${kind}-${group}`;
  }

  get #over(): boolean {
    return this.#ending.signal.aborted || this.#parts.shelf.broker.closed;
  }

  async #run(): Promise<void> {
    await this.#until(() => this.#prepare());
    while (!this.#over) {
      if (this.#busy >= this.#parts.wanted.slots) await new Promise<void>((resolve) => this.#sleep(resolve));
      else await this.#until(() => this.#pull());
    }
  }

  #sleep(resolve: () => void): void {
    this.#wake = resolve;
    if (this.#ending.signal.aborted) resolve();
  }

  /** Stream and consumer exist afterwards. */
  async #prepare(): Promise<void> {
    const { shelf, wanted } = this.#parts;
    await shelf.ready();
    await shelf.broker.consumer(shelf.subjects.stream(ledgerStream.name), {
      name: this.#consumer,
      filter: shelf.subjects.keptEvents(wanted.source, wanted.kind),
      ackWaitMs: wanted.handleMs + MARGIN_MS,
      maxDeliver: -1,
      maxAckPending: MAX_ACK_PENDING,
    });
  }

  /** What is there now, for every free slot; where nothing is, the next one to come. */
  async #pull(): Promise<void> {
    const { clock } = this.#parts.shelf.broker;
    const puller = this.#openPuller();
    let found = await puller.take(this.#parts.wanted.slots - this.#busy, 0);
    const since = clock.now();
    if (found.length === 0 && !this.#over) found = await this.#openPuller().take(1, WAIT_MS);
    for (const delivery of found) this.#start(delivery);
    if (found.length > 0 || this.#over || clock.now() - since >= TROUBLE_MS) return;
    await this.#pause(TROUBLE_MS);
    if (this.#over) return;
    this.#parts.shelf.forget();
    await this.#prepare(); // somebody may have removed the consumer
  }

  #start(delivery: Delivery): void {
    this.#busy += 1;
    const { settled, ended } = this.#parts.handle(keptEvent(delivery));
    const answered = settled
      .then((settlement) => this.#settle(delivery, settlement))
      .catch((error: unknown) => this.#parts.report(delivery.subject, error))
      .finally(() => this.#open.delete(answered));
    this.#open.add(answered);
    void Promise.all([answered, ended]).then(() => {
      this.#busy -= 1;
      this.#wake();
    });
  }

  async #settle(delivery: Delivery, settlement: Settlement): Promise<void> {
    if (settlement.action === 'done') delivery.ack();
    else if (settlement.action === 'again') delivery.nak(settlement.delayMs);
    else await this.#bury(delivery, settlement);
  }

  /** The letter first: what is given up without one would be lost. */
  async #bury(delivery: Delivery, { letter }: Extract<Settlement, { action: 'bury' }>): Promise<void> {
    const { shelf, wanted, report } = this.#parts;
    const stream = shelf.subjects.stream('DLQ');
    const subject = shelf.subjects.deadEvent(wanted.source, wanted.kind, { group: wanted.group, id: letter.id });
    try {
      await shelf.storeOnce({ stream, subject, body: new TextEncoder().encode(JSON.stringify(letter)) });
      delivery.term(letter.reason);
    } catch (error) {
      report(subject, error);
      delivery.nak(UNBURIED_MS);
    }
  }

  /** Tries again until `work` succeeds: the broker may be away for a while, and whatever else it is, others may mend it. */
  async #until(work: () => Promise<void>): Promise<void> {
    const { random } = this.#parts.shelf.broker;
    while (!this.#over) {
      try {
        await work();
        this.#trouble = undefined;
        return;
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error);
        const away = error instanceof MeshError;
        if (!away) this.#parts.report(this.#consumer, error);
        await this.#pause((away ? TROUBLE_MS : DEFECT_MS) * (0.5 + random.next()));
      }
    }
  }

  /** Ends early when the consumption does. */
  async #pause(ms: number): Promise<void> {
    const stopped = () => undefined;
    await delay(this.#parts.shelf.broker.clock, ms, this.#ending.signal).catch(stopped);
  }

  #openPuller(): Puller {
    const { broker, subjects } = this.#parts.shelf;
    this.#puller ??= broker.puller(subjects.stream(ledgerStream.name), this.#consumer);
    return this.#puller;
  }

  /** After a reconnect the broker knows nothing of a pull that was open. */
  #renewPuller(): void {
    this.#puller?.stop();
    this.#puller = undefined;
  }
}

/** The id is the last token of the subject. */
function keptEvent(delivery: Delivery): KeptEvent {
  const { subject, body, at, deliveries } = delivery;
  const id = subject.slice(subject.lastIndexOf('.') + 1);
  return { id, key: delivery.header(EVENT_KEY), body, subject, at, deliveries };
}
