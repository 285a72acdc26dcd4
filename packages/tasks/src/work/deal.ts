import { MeshError } from '@seedcore/protocol';
import type { Delivery } from '@seedcore/store';
import { StoreError } from '@seedcore/store';
import { reach } from '#crash-points';
import type { Deliver } from '../handler.ts';
import { publishedName, reject } from '../record/accept.ts';
import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { tail, tailAndAck } from '../tail/tail.ts';
import type { Report } from './report.ts';
import { Parcel, type Taken, type Taker, take } from './take-delivery.ts';

/** Longest pause before a delivery that met trouble is made again, in ms. */
const MAX_PAUSE_MS = 10_000;

/** Runs or routes a task whose record was read or written at `rev`. */
export type Act = (work: {
  readonly parcel: Parcel;
  readonly record: TaskRecord;
  readonly rev: number;
}) => Promise<void>;

/** What a dealer stands on; `deliver` is absent where nothing is ever left to deliver. */
export type DealerPorts = {
  readonly act: Act;
  readonly report: Report;
  readonly deliver?: Deliver | undefined;
};

/** Deals with deliveries of one queue: decides by the record, then lets `act` do what is left; never rejects. */
export class Dealer {
  readonly #shelf: TaskShelf;
  readonly #taker: Taker;
  readonly #act: Act;
  readonly #report: Report;
  readonly #deliver: Deliver | undefined;

  constructor(shelf: TaskShelf, taker: Taker, ports: DealerPorts) {
    this.#shelf = shelf;
    this.#taker = taker;
    this.#act = ports.act;
    this.#report = ports.report;
    this.#deliver = ports.deliver;
  }

  /** Whatever goes wrong, the delivery is made again later, or has become a dead letter. */
  async deal(delivery: Delivery): Promise<void> {
    try {
      const parcel = new Parcel(delivery);
      reach('worker.before_claim');
      const taken = await this.#take(parcel);
      if (taken !== undefined) await this.#follow(parcel, taken);
    } catch (error) {
      if (!(error instanceof MeshError)) this.#report(`task ${delivery.subject}`, error);
      delivery.nak(this.#pauseMs(delivery));
    }
  }

  /** Undefined when the record cannot be read, which makes the delivery a dead letter. */
  async #take(parcel: Parcel): Promise<Taken | undefined> {
    try {
      return await take(this.#shelf, parcel, this.#taker);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'corrupt_record') throw error;
      this.#report(`task ${parcel.id}`, error);
      const { queue } = this.#taker;
      const why = { code: 'bad_record', message: error.message.slice(0, 400), retryable: false };
      const record = reject(why, new TextDecoder().decode(parcel.delivery.body), {
        id: parcel.id,
        queue,
        now: this.#shelf.now(),
      });
      await tail(this.#shelf, { ...record, dead: 'bad_record' });
      parcel.delivery.term('bad_record');
      return undefined;
    }
  }

  async #follow(parcel: Parcel, { next, record, rev }: Taken): Promise<void> {
    const { delivery } = parcel;
    if (record === undefined || next === 'drop') {
      delivery.ack();
    } else if (typeof next === 'object') {
      delivery.nak(next.waitMs);
    } else if (next === 'tail') {
      await tailAndAck(this.#shelf, { record, rev, delivery, deliver: this.#deliver });
    } else if (next === 'assert') {
      if (record.carrier !== publishedName(record.seq)) await this.#shelf.carry(record);
      delivery.ack();
    } else {
      await this.#keepInput(parcel, record);
      await this.#act({ parcel, record, rev });
    }
  }

  /** The large input of a plain publish; again after a crash in between, since the message still has it. */
  async #keepInput(parcel: Parcel, record: TaskRecord): Promise<void> {
    if (!record.input_ref || parcel.facts.carrier !== undefined) return;
    if (parcel.spec === undefined) parcel.firstRecord(record.queue, this.#shelf.now());
    if (parcel.spec !== undefined) await this.#shelf.keepInput(record, parcel.spec);
  }

  /** Grows with the number of deliveries: 0.5 s to 10 s. */
  #pauseMs({ deliveries }: Delivery): number {
    const most = Math.min(MAX_PAUSE_MS, 500 * 2 ** Math.min(deliveries, 10));
    return most * (0.5 + 0.5 * this.#shelf.broker.random.next());
  }
}
