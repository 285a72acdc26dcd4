import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { MeshError } from '@seedcore/protocol';
import type { DeadEvent } from '../events/dead-event.ts';
import type { Consumption, EventAddress, EventStore, Handling, KeptEvent, Settlement } from '../events/event-store.ts';

/** One process's access to kept events, and to what groups gave up. */
export type EventStoreProcess = { readonly events: EventStore; letters(): Promise<readonly DeadEvent[]> };
/** Where the cases run: any number of processes at one broker, and a clock in ms with a way to let it go on. */
export type EventStoreBed = { open(): Promise<EventStoreProcess>; pass(ms: number): Promise<void>; now(): number };
/** One promise of the port, checked on a bed. */
export type EventStoreCase = { readonly name: string; run(bed: EventStoreBed): Promise<void> };

const DONE: Settlement = { action: 'done' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (event: KeptEvent): string => new TextDecoder().decode(event.body);
const settled = (settlement: Settlement): Handling => ({
  settled: Promise.resolve(settlement),
  ended: Promise.resolve(),
});

/** Kinds of earlier cases would bring events of theirs; each run of the suite has its own. */
let used = 0;
const fresh = (): EventAddress => ({ source: 'suite', kind: `kind_${used++}` });

async function until(bed: EventStoreBed, done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_200 && !(await done()); i++) await bed.pass(25);
  ok(await done(), 'it never came about');
}

/** A member of a group, and what it was handed; it is done with everything unless told otherwise. */
class Member {
  readonly got: string[] = [];
  readonly events: KeptEvent[] = [];
  readonly consumption: Consumption;

  constructor(
    { events }: EventStoreProcess,
    wanted: EventAddress & { readonly group: string; readonly slots?: number },
    handle: (event: KeptEvent) => Handling = () => settled(DONE),
  ) {
    this.consumption = events.consume({ slots: 16, handleMs: 5_000, ...wanted }, (event) => {
      this.got.push(text(event));
      this.events.push(event);
      return handle(event);
    });
  }
}

async function keep({ events }: EventStoreProcess, of: EventAddress, ...ids: string[]): Promise<void> {
  for (const id of ids) await events.keep({ ...of, id, key: undefined, body: bytes(id) });
}

function letterOf({ id, subject, at, deliveries }: KeptEvent, { source, kind }: EventAddress): DeadEvent {
  const error = { code: 'bad', message: 'nobody can read it' };
  const when = { kept_at: at.toISOString(), dead_at: at.toISOString() };
  const who = { group: 'readers', instance: 'reader-1' };
  return { event: `${source}.${kind}`, id, ...who, reason: 'invalid', error, deliveries, subject, ...when };
}

/** Every promise of the port for durable events; one list for all implementations. */
export const eventStoreCases: readonly EventStoreCase[] = [
  {
    name: 'each group gets every event, one of its members each',
    async run(bed) {
      const of = fresh();
      const [one, other] = [await bed.open(), await bed.open()];
      const readers = [one, other].map((process) => new Member(process, { ...of, group: 'readers' }));
      const auditor = new Member(other, { ...of, group: 'auditors' });
      const ids = Array.from({ length: 20 }, (_, i) => `e${i}`);
      await keep(one, of, ...ids);
      await until(bed, () => readers.flatMap(({ got }) => got).length >= 20 && auditor.got.length >= 20);
      await bed.pass(100);
      deepEqual(readers.flatMap(({ got }) => got).toSorted(), ids.toSorted());
      deepEqual(auditor.got.toSorted(), ids.toSorted());
    },
  },
  {
    name: 'a group that comes later gets what was kept before, in order, with its key, its id and its place',
    async run(bed) {
      const of = fresh();
      const one = await bed.open();
      await keep(one, of, 'a', 'b', 'c');
      await one.events.keep({ ...of, id: 'd', key: 'night', body: bytes('d') });
      const member = new Member(one, { ...of, group: 'readers', slots: 1 });
      await until(bed, () => member.got.length === 4);
      deepEqual(member.got, ['a', 'b', 'c', 'd']);
      const { id, key, deliveries, subject, at } = member.events[3] ?? ({} as KeptEvent);
      deepEqual([id, key, deliveries, at instanceof Date], ['d', 'night', 1, true]);
      ok(subject.endsWith(`.log.evt.suite.${of.kind}.d`), subject);
    },
  },
  {
    name: 'an id that is taken keeps nothing; by another event it is refused',
    async run(bed) {
      const of = fresh();
      const one = await bed.open();
      const event = { ...of, id: 'a', key: undefined, body: bytes('first') };
      deepEqual(await one.events.keep(event), { duplicate: false });
      deepEqual(await one.events.keep(event), { duplicate: true });
      await rejects(
        one.events.keep({ ...event, body: bytes('second') }),
        (error: unknown) =>
          error instanceof MeshError &&
          error.code === 'bad_request' &&
          JSON.stringify(error.details).includes('reused'),
      );
      const member = new Member(one, { ...of, group: 'readers' });
      await until(bed, () => member.got.length > 0);
      await bed.pass(100);
      deepEqual(member.got, ['first']);
    },
  },
  {
    name: 'an event comes again after its pause, not before, and counts its deliveries',
    async run(bed) {
      const of = fresh();
      const one = await bed.open();
      await keep(one, of, 'a');
      const times: number[] = [];
      const member = new Member(one, { ...of, group: 'readers' }, ({ deliveries }) => {
        times.push(bed.now());
        return settled(deliveries < 3 ? { action: 'again', delayMs: 600 } : DONE);
      });
      await until(bed, () => member.got.length === 3);
      // The broker counts from when it hears of it, which is later; its timers may be a hair early.
      for (const [i, at] of times.slice(1).entries()) ok(at - (times[i] ?? at) >= 590, `after ${times.join()}`);
      await bed.pass(1_000);
      deepEqual(
        member.events.map(({ deliveries }) => deliveries),
        [1, 2, 3],
      );
    },
  },
  {
    name: 'what a group gives up is a letter and does not come again; other groups get it',
    async run(bed) {
      const of = fresh();
      const one = await bed.open();
      const member = new Member(one, { ...of, group: 'readers' }, (event) =>
        settled({ action: 'bury', letter: letterOf(event, of) }),
      );
      await keep(one, of, 'a');
      await until(bed, () => member.got.length === 1);
      const auditor = new Member(one, { ...of, group: 'auditors' });
      await until(bed, () => auditor.got.length === 1);
      const written = async () => (await one.letters()).filter(({ event }) => event === `suite.${of.kind}`);
      await until(bed, async () => (await written()).length > 0);
      await bed.pass(200);
      equal(member.got.length, 1);
      const letters = await written();
      deepEqual(
        letters.map(({ id, group, reason, deliveries }) => [id, group, reason, deliveries]),
        [['a', 'readers', 'invalid', 1]],
      );
    },
  },
  {
    name: 'no more are handled at once than there are slots, counted until the handler has ended',
    async run(bed) {
      const of = fresh();
      const one = await bed.open();
      const ends: (() => void)[] = [];
      const member = new Member(one, { ...of, group: 'readers', slots: 2 }, () => {
        const ended = new Promise<void>((resolve) => ends.push(resolve));
        return { settled: Promise.resolve(DONE), ended };
      });
      await keep(one, of, 'a', 'b', 'c');
      await until(bed, () => member.got.length === 2);
      await bed.pass(200);
      equal(member.got.length, 2);
      ends[0]?.();
      await until(bed, () => member.got.length === 3);
    },
  },
  {
    name: 'a member that stops takes nothing more, settles what it has, and leaves the rest to others',
    async run(bed) {
      const of = fresh();
      const one = await bed.open();
      let settle: (settlement: Settlement) => void = () => {};
      const first = new Member(one, { ...of, group: 'readers', slots: 1 }, () => {
        const promise = new Promise<Settlement>((resolve) => {
          settle = resolve;
        });
        return { settled: promise, ended: promise.then(() => {}) };
      });
      await keep(one, of, 'a', 'b');
      await until(bed, () => first.got.length === 1);
      first.consumption.stop();
      const second = new Member(await bed.open(), { ...of, group: 'readers' });
      await until(bed, () => second.got.length === 1);
      let over = false;
      void first.consumption.settled().then(() => {
        over = true;
      });
      await bed.pass(100);
      equal(over, false);
      settle(DONE);
      await until(bed, () => over);
      deepEqual([first.got, second.got], [['a'], ['b']]);
    },
  },
];
