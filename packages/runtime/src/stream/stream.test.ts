import { implement, MeshError, ok } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { startService } from '../testing/start-service.ts';
import { teller, tellerService } from '../testing/stream-service.ts';

function start() {
  const clock = new VirtualClock();
  const { implementation, told } = tellerService(clock);
  const started = startService(implementation, { clock, random: new SeededRandom(11) });
  const { bus } = started.mesh.transport;
  const frames: string[] = [];
  const credit: string[] = [];
  const heard = { owner: () => 'spy', connected: () => true, accepts: () => true, queue: undefined };
  bus.add({
    ...heard,
    subject: `${started.mesh.transport.inbox}.*`,
    deliver: ({ headers }) => frames.push(headers.get('Sc-Frame') ?? ''),
  });
  bus.add({
    ...heard,
    subject: 'test.inst.teller.*.credit',
    deliver: ({ data }) => credit.push(new TextDecoder().decode(data)),
  });
  return { clock, told, teller: started, bus, frames, credit };
}

/** Reads a stream to its end. */
async function read(items: AsyncIterable<{ n: number }>): Promise<number[]> {
  const all: number[] = [];
  for await (const { n } of items) all.push(n);
  return all;
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('a stream', () => {
  test('hands over its items in order, then the reply', async () => {
    const { teller, told, frames } = start();
    const answer = teller.count.stream({ to: 5 });
    expect(await read(answer)).toEqual([0, 1, 2, 3, 4]);
    expect(await answer.reply).toEqual({ ok: true, value: { counted: 5 } });
    expect(frames).toEqual(['0 data', '1 data', '2 data', '3 data', '4 data', '5 end']);
    expect(told.runs).toBe(1);
  });

  test('that was not asked for is one reply: the final output', async () => {
    const { teller } = start();
    expect(await teller.count({ to: 5 })).toEqual({ ok: true, value: { counted: 5 } });
    expect((await teller.request('count', '{"to":3}')).json).toEqual({ counted: 3 });
  });

  test('ends with a declared failure as a value', async () => {
    const { teller } = start();
    const answer = teller.count.stream({ to: 2, fails: true });
    expect(await read(answer)).toEqual([0, 1]);
    expect(await answer.reply).toEqual({ ok: false, failure: { code: 'bored', details: { at: 2 } } });
  });

  test('of an input that does not fit is refused before anything is sent', async () => {
    const { teller, frames } = start();
    const answer = teller.count.stream({ to: 0.5 });
    expect(await failureOf(read(answer))).toMatchObject({ code: 'bad_request', sent: false });
    expect(await failureOf(answer.reply)).toMatchObject({ code: 'bad_request' });
    expect(frames).toEqual([]);
  });

  test('is granted what was consumed once half of the credit is used, and nothing after its end', async () => {
    const { teller, credit } = start();
    await read(teller.count.stream({ to: 100 }));
    expect(credit).toEqual(Array(5).fill('{"add":16}'));
  });

  test('without items is its reply alone', async () => {
    const { teller, frames } = start();
    const answer = teller.count.stream({ to: 0 });
    expect([await read(answer), await answer.reply]).toEqual([[], { ok: true, value: { counted: 0 } }]);
    expect(frames).toEqual(['0 end']);
  });
});

describe('mesh.A14', () => {
  test('10 000 frames to a slow reader: never more than the credit on their way', async () => {
    const { teller, told } = start();
    let consumed = 0;
    let most = 0;
    for await (const { n } of teller.count.stream({ to: 10_000 })) {
      expect(n).toBe(consumed);
      consumed += 1;
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, told.written - consumed);
    }
    expect([consumed, told.written]).toEqual([10_000, 10_000]);
    expect(most).toBeLessThanOrEqual(32);
  });

  test('a reader that leaves stops the handler, and nobody is asked again', async () => {
    const { teller, told, clock } = start();
    const answer = teller.count.stream({ to: 10_000 });
    for await (const { n } of answer) if (n === 3) break;
    await clock.advance(1);
    expect(await failureOf(answer.reply)).toMatchObject({ code: 'cancelled' });
    expect(told.ended).toMatchObject([{ code: 'cancelled' }]);
    expect([told.runs, teller.inFlight(), teller.mesh.transport.defects]).toEqual([1, 0, []]);
  });

  test('a lost frame is an error and stops the handler, never a hole', async () => {
    const { teller, told, clock, bus } = start();
    const answer = teller.count.stream({ to: 50, every_ms: 10 });
    const seen: number[] = [];
    const reading = failureOf(
      (async () => {
        for await (const { n } of answer) seen.push(n);
      })(),
    );
    await clock.advance(35);
    const mend = bus.drop('_INBOX.>');
    await clock.advance(10);
    mend();
    await clock.advance(20);
    expect(await reading).toMatchObject({ code: 'timeout', details: { reason: 'stream_gap' } });
    expect(await failureOf(answer.reply)).toMatchObject({ details: { reason: 'stream_gap' } });
    expect(seen).toEqual([0, 1, 2]);
    expect(told.ended).toMatchObject([{ code: 'cancelled' }]);
    expect(told.runs).toBe(1);
  });
});

describe('silence', () => {
  test('a handler with nothing to say beats every 10 s, and the stream goes on', async () => {
    const { teller, clock, frames } = start();
    const answer = teller.count.stream({ to: 1, every_ms: 45_000 });
    const reading = read(answer);
    await clock.advance(45_000);
    expect(await reading).toEqual([0]);
    expect(frames).toEqual(['0 beat', '0 beat', '0 beat', '0 beat', '0 data', '1 end']);
  });

  test('30 s without a frame end the reader and stop the handler', async () => {
    const { teller, clock, bus, told } = start();
    const answer = teller.count.stream({ to: 10, every_ms: 5_000 });
    const reading = failureOf(read(answer));
    await clock.advance(6_000);
    bus.drop('_INBOX.>');
    await clock.advance(28_000);
    expect(told.ended).toEqual([]);
    await clock.advance(2_000);
    expect(await reading).toMatchObject({ code: 'timeout', details: { reason: 'stream_idle' } });
    expect(told.ended).toMatchObject([{ code: 'cancelled' }]);
  });

  test('a reader that takes nothing for 30 s is told why it gets nothing, and the handler stops', async () => {
    const { teller, clock, told } = start();
    const answer = teller.count.stream({ to: 100 });
    await clock.advance(29_999);
    expect(told.ended).toEqual([]);
    await clock.advance(1);
    expect(told.written).toBe(32);
    expect(told.ended).toMatchObject([{ code: 'timeout', details: { reason: 'no_credit' } }]);
    expect(await failureOf(answer.reply)).toMatchObject({ code: 'timeout', details: { reason: 'no_credit' } });
    expect(await failureOf(read(answer))).toMatchObject({ details: { reason: 'no_credit' } });
  });

  test('the deadline of the call bounds the whole', async () => {
    const { teller, clock, told } = start();
    const answer = teller.count.stream({ to: 100, every_ms: 50 }, { deadlineMs: 500 });
    const reading = failureOf(read(answer));
    await clock.advance(600);
    expect(await reading).toMatchObject({ code: expect.stringMatching(/timeout|deadline_exceeded/) });
    expect(told.ended).toMatchObject([{ code: expect.stringMatching(/cancelled|deadline_exceeded/) }]);
    expect(teller.inFlight()).toBe(0);
  });
});

test('an abort by the caller ends both sides', async () => {
  const { teller, clock, told } = start();
  const stop = new AbortController();
  const reading = failureOf(read(teller.count.stream({ to: 100, every_ms: 50 }, { signal: stop.signal })));
  await clock.advance(120);
  stop.abort(new Error('enough'));
  expect(await reading).toMatchObject({ code: 'cancelled' });
  await clock.advance(1);
  expect(told.ended).toHaveLength(1);
});

test('nobody there: an error of the loop and of the reply', async () => {
  const { teller, clock } = start();
  await teller.stop();
  const answer = teller.count.stream({ to: 1 });
  await clock.advance(1_000);
  expect(await failureOf(answer.reply)).toBeInstanceOf(MeshError);
});

test('items of another shape are a defect of the handler', async () => {
  const clock = new VirtualClock();
  const { implementation } = tellerService(clock);
  const halves = implement(teller, {
    ...implementation.handlers,
    count: async (_input, call) => {
      await call.stream?.write({ n: 0.5 });
      return ok({ counted: 1 });
    },
  });
  const answer = startService(halves, { clock }).count.stream({ to: 1 });
  expect(await failureOf(read(answer))).toMatchObject({ code: 'internal', traceId: expect.any(String) });
});

test('a request nobody waits for runs where the endpoint is declared oneway, and nowhere else', async () => {
  const { teller, told, clock } = start();
  const { transport } = teller.mesh;
  transport.publish('test.svc.teller.note', new TextEncoder().encode('{"word":"a"}'));
  transport.publish('test.svc.teller.count', new TextEncoder().encode('{"to":1}'));
  transport.publish('test.svc.teller.note', new TextEncoder().encode('{"wrd":"a"}'));
  await clock.advance(1);
  expect([told.notes, told.runs, teller.inFlight()]).toEqual([['a'], 0, 0]);
  expect(await teller.note({ word: 'b' })).toEqual({ ok: true, value: {} });
});
