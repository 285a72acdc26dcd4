import type { EventStore, KeptEvent, Settlement } from '@seedcore/mesh';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoreError } from '../store-error.ts';
import { type Fate, MemoryJetStream, type MemoryStore, memoryStore } from '../testing/index.ts';
import { openEvents } from './open-events.ts';

const of = { source: 'post', kind: 'letter_sent' };
const wanted = { ...of, group: 'readers', slots: 4, handleMs: 25_000 };
const DONE: Settlement = { action: 'done' };
const bytes = (text: string) => new TextEncoder().encode(text);
const letter = (id: string) => ({ ...of, id, key: undefined, body: bytes(id) });

function world() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  let seed = 0;
  const process = () => {
    const store = memoryStore({ clock, random: new SeededRandom(++seed), server });
    const reported: unknown[] = [];
    return { store, reported, events: openEvents(store, { report: (where, error) => reported.push([where, error]) }) };
  };
  /** One entry per message, so that one stored twice shows. */
  const messages = () => {
    const all = server.stream('SC_test_LEDGER')?.matching('test.log.evt.>') ?? [];
    return [...all].map(({ subject }) => subject);
  };
  const settled = async <T>(promise: Promise<T>): Promise<T | { thrown: unknown }> => {
    let out: T | { thrown: unknown } | undefined;
    promise.then(
      (value) => {
        out = value;
      },
      (thrown: unknown) => {
        out = { thrown };
      },
    );
    for (let i = 0; i < 200 && out === undefined; i++) await clock.advance(100);
    if (out === undefined) throw new Error('it never settled');
    return out;
  };
  return { clock, server, process, messages, settled };
}

/** The next write about events has this fate, those after it pass. */
function once(store: MemoryStore, fate: Fate, of = 'log.evt'): void {
  let played = false;
  store.broker.fates = (what, subject) => {
    if (what !== 'write' || !subject.includes(of) || played) return 'pass';
    played = true;
    return fate;
  };
}

function reader(events: EventStore, handle: (event: KeptEvent) => Settlement | Promise<Settlement> = () => DONE) {
  const got: string[] = [];
  const consumption = events.consume(wanted, (event) => {
    got.push(`${event.id} ${event.deliveries}`);
    const settled = Promise.resolve(handle(event));
    return { settled, ended: settled.then(() => {}) };
  });
  return { got, consumption };
}

test.each(['lose_request', 'lose_answer', 'refuse_written'] as const)(
  'an event whose write is fated to %s is kept, once',
  async (fate) => {
    const { process, messages, settled } = world();
    const { store, events } = process();
    once(store, fate);
    const outcome = await settled(events.keep(letter('a')));
    // Of a refusal nobody can say whose write it was; both words are true.
    expect(outcome).toEqual({ duplicate: fate === 'refuse_written' });
    expect(messages()).toEqual(['test.log.evt.post.letter_sent.a']);
  },
);

test('a writer that cannot know says so after 15 s, and keeping it again is safe', async () => {
  const { clock, process, messages, settled } = world();
  const { store, events } = process();
  store.broker.fates = (what, subject) => (what === 'write' && subject.includes('log.evt') ? 'lose_answer' : 'pass');
  const began = clock.now();
  expect(await settled(events.keep(letter('a')))).toMatchObject({
    thrown: { code: 'timeout', message: expect.stringContaining('may or may not') },
  });
  expect(clock.now() - began).toBeGreaterThanOrEqual(15_000);
  expect(await process().events.keep(letter('a'))).toEqual({ duplicate: true });
  expect(messages()).toHaveLength(1);
});

test('without a connection it is refused at once, and nothing is sent later', async () => {
  const { clock, process, messages } = world();
  const { store, events } = process();
  await events.keep(letter('before'));
  store.broker.disconnect();
  await expect(events.keep(letter('a'))).rejects.toMatchObject({ code: 'not_connected' });
  store.broker.reconnect();
  await clock.advance(60_000);
  expect(messages()).toHaveLength(1);
});

test('a thousand events wait to be kept, the next one is refused', async () => {
  const { process, settled } = world();
  const { store, events } = process();
  const all = Array.from({ length: 1_000 }, (_, i) => events.keep(letter(`e${i}`)));
  await expect(events.keep(letter('more'))).rejects.toMatchObject({ code: 'bulkhead_full' });
  expect(await settled(Promise.all(all))).toHaveLength(1_000);
  expect(await events.keep(letter('more'))).toEqual({ duplicate: false });
  expect(store.reported).toEqual([]);
});

test('a reader that dies with an event leaves it to the next, after its time', async () => {
  const { clock, process } = world();
  const [first, second] = [process(), process()];
  const held = reader(first.events, () => new Promise<Settlement>(() => {}));
  await first.events.keep(letter('a'));
  await clock.advance(100);
  first.store.broker.die();
  const { got } = reader(second.events);
  await clock.advance(29_000);
  expect([held.got, got]).toEqual([['a 1'], []]);
  await clock.advance(2_000);
  expect(got).toEqual(['a 2']);
});

test('an acknowledgement that is lost brings the event again, with its number', async () => {
  const { clock, process } = world();
  const { store, events } = process();
  let lost = false;
  store.broker.fates = (what) => {
    if (what !== 'ack' || lost) return 'pass';
    lost = true;
    return 'lose_request';
  };
  const { got } = reader(events);
  await events.keep(letter('a'));
  await clock.advance(60_000);
  expect(got).toEqual(['a 1', 'a 2']);
});

test('an event is given up only when its letter is stored; the first letter stays', async () => {
  const { clock, process } = world();
  const { store, events, reported } = process();
  store.broker.fates = (what, subject) => (what === 'write' && subject.includes('dlq') ? 'lose_request' : 'pass');
  const error = { code: 'bad', message: 'unreadable' };
  const bury = ({ id, deliveries, subject }: KeptEvent): Settlement => ({
    action: 'bury',
    letter: {
      event: 'post.letter_sent',
      ...{ id, deliveries, subject, error, group: 'readers', instance: 'one', reason: 'invalid' },
      ...{ kept_at: '', dead_at: '' },
    },
  });
  const { got } = reader(events, bury);
  await events.keep(letter('a'));
  await clock.advance(20_000);
  expect([got, reported.length, await events.dead()]).toEqual([['a 1'], 1, []]);
  store.broker.fates = () => 'pass';
  await clock.advance(120_000);
  expect(got).toEqual(['a 1', 'a 2']);
  expect(await events.dead()).toMatchObject([{ id: 'a', deliveries: 2 }]);
});

test('a reader is in trouble while it cannot reach the broker, and goes on afterwards', async () => {
  const { clock, process } = world();
  const [writer, other] = [process(), process()];
  other.store.broker.disconnect();
  const { got, consumption } = reader(other.events);
  await writer.events.keep(letter('a'));
  await clock.advance(5_000);
  expect([got, consumption.trouble()]).toEqual([[], expect.stringContaining('not_connected')]);
  other.store.broker.reconnect();
  await clock.advance(5_000);
  expect([got, consumption.trouble()]).toEqual([['a 1'], undefined]);
});

test('whatever happens to writes and acknowledgements, what was kept is read, and is there once', async () => {
  const fates = fc.constantFrom<Fate>('pass', 'pass', 'lose_request', 'lose_answer', 'refuse_written');
  await fc.assert(
    fc.asyncProperty(fc.array(fates, { maxLength: 40 }), fc.array(fc.nat(5), { maxLength: 12 }), async (plan, ids) => {
      const { clock, process, messages, settled } = world();
      const [writer, other] = [process(), process()];
      for (const { store } of [writer, other])
        store.broker.fates = (_what, subject) => (/log\.evt/.test(subject) ? (plan.shift() ?? 'pass') : 'pass');
      const readers = [reader(writer.events), reader(other.events)];
      const sure = new Set<string>();
      for (const [i, n] of ids.entries()) {
        const { events } = i % 2 === 0 ? writer : other;
        if (!('thrown' in (await settled(events.keep(letter(`e${n}`)))))) sure.add(`e${n}`);
      }
      await clock.advance(300_000);
      const read = new Set(readers.flatMap(({ got }) => got).map((text) => text.split(' ')[0]));
      expect([...sure].filter((id) => !read.has(id))).toEqual([]);
      expect(messages()).toEqual([...new Set(messages())]);
      for (const { consumption } of readers) consumption.stop();
    }),
    { numRuns: 60 },
  );
});

test('a reader tells of a ledger that cannot be made, and goes on once somebody has mended it', async () => {
  const { clock, process } = world();
  const [writer, other] = [process(), process()];
  await writer.events.keep(letter('a'));
  const { broker } = other.store;
  const provision = broker.provision.bind(broker);
  broker.provision = () => Promise.reject(new StoreError('destructive_change', 'SC_test_LEDGER', 'refused'));
  const { got, consumption } = reader(other.events);
  await clock.advance(20_000);
  expect([got, consumption.trouble()]).toEqual([[], 'SC_test_LEDGER: refused']);
  expect(other.reported.length).toBeGreaterThan(0);
  broker.provision = provision;
  await clock.advance(20_000);
  expect([got, consumption.trouble()]).toEqual([['a 1'], undefined]);
});

test('a reader that stops while events arrive deals with every one it was handed, before it says that it is done', async () => {
  const { clock, server, process } = world();
  const { events } = process();
  const { got, consumption } = reader(events);
  await clock.advance(1_000);
  await Promise.all(['a', 'b', 'c'].map((id) => process().events.keep(letter(id))));
  consumption.stop();
  let atEnd: number | undefined;
  void consumption.settled().then(() => {
    atEnd = got.length;
  });
  await clock.advance(5_000);
  const pending = server.consumers('SC_test_LEDGER').map(({ settled }) => settled);
  expect([atEnd, pending]).toEqual([got.length, [got.length]]);
});

test('a stopped reader leaves no loop behind', async () => {
  const { clock, process } = world();
  const { events } = process();
  const { got, consumption } = reader(events);
  await clock.advance(20_000);
  consumption.stop();
  await clock.advance(20_000);
  await events.keep(letter('a'));
  await clock.advance(60_000);
  expect(got).toEqual([]);
});
