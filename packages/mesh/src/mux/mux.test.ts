import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { TICK_MS } from '@seedcore/resilience';
import { expect, test } from 'vitest';
import { memoryTransport } from '../testing/memory-transport.ts';
import { Mux, type MuxRequest } from './mux.ts';
import { MAX_SLOTS } from './slots.ts';

const nothing = new Uint8Array(0);

function wired(clock = new VirtualClock()) {
  const random = new SeededRandom(5);
  const transport = memoryTransport({ clock, random });
  let late = 0;
  const mux = new Mux({
    transport,
    clock,
    onLate: () => {
      late += 1;
    },
  });
  const ask = (more: Partial<MuxRequest> = {}) =>
    mux.request({ subject: 'a', data: nothing, timeoutMs: 100, facts: { target: 'a.b', attempt: 2 }, ...more });
  return { clock, transport, mux, ask, late: () => late };
}

/** Ten thousand timers of a virtual clock are slow, and none of them is due. */
class TimelessClock extends VirtualClock {
  override after() {
    return { cancel: () => {} };
  }
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test('a reply finds its request', async () => {
  const { transport, ask, mux } = wired();
  transport.subscribe('a', ({ data, reply }) => reply !== undefined && transport.publish(reply, data));
  const replies = await Promise.all([1, 2, 3].map((n) => ask({ data: new Uint8Array([n]) })));
  expect(replies.map(({ data }) => data[0])).toEqual([1, 2, 3]);
  expect(mux.inFlight).toBe(0);
});

test('nobody there: no_responder, at once', async () => {
  const { ask } = wired();
  expect(await failureOf(ask())).toMatchObject({ code: 'no_responder', sent: true, started: false, attempt: 2 });
});

test('a late reply is dropped and counted, also when its place has a new user', async () => {
  const { transport, clock, ask, late } = wired();
  const replies: string[] = [];
  transport.subscribe('a', ({ reply }) => replies.push(reply ?? ''));
  const first = failureOf(ask());
  await clock.advance(100);
  expect(await first).toMatchObject({ code: 'timeout', target: 'a.b' });
  const second = ask();
  await clock.advance(1);
  transport.publish(replies[0] ?? '', new Uint8Array([1]));
  transport.publish(replies[1] ?? '', new Uint8Array([2]));
  expect((await second).data[0]).toBe(2);
  expect(late()).toBe(1);
});

test('ten thousand wait, the next is refused here', async () => {
  const { transport, ask, mux } = wired(new TimelessClock());
  transport.subscribe('a', () => {});
  const waiting = Array.from({ length: MAX_SLOTS }, () => failureOf(ask()));
  expect(await failureOf(ask())).toMatchObject({ code: 'bulkhead_full', sent: false });
  mux.close();
  expect(await waiting[0]).toMatchObject({ code: 'timeout', details: { reason: 'connection_lost' } });
  expect(mux.inFlight).toBe(0);
});

test('no timer outlives its request', async () => {
  const { transport, clock, ask } = wired();
  transport.subscribe('a', ({ reply }) => reply !== undefined && transport.publish(reply, nothing));
  const stop = new AbortController();
  await ask({ signal: stop.signal });
  await failureOf(ask({ subject: 'nobody' }));
  await failureOf(ask({ subject: 'not a subject' }));
  await clock.advance(TICK_MS);
  expect(clock.pending).toBe(0);
});

test('an abort ends the wait with its reason', async () => {
  const { transport, ask, mux } = wired();
  transport.subscribe('a', () => {});
  const stop = new AbortController();
  const ended = failureOf(ask({ signal: stop.signal }));
  const reason = new Error('enough');
  stop.abort(reason);
  expect(await ended).toMatchObject({ code: 'cancelled', sent: true, cause: reason });
  expect(mux.inFlight).toBe(0);
});

test('down: not_connected in the same instant', async () => {
  const { transport, ask } = wired();
  transport.disconnect();
  const error = await failureOf(ask());
  expect(error).toBeInstanceOf(MeshError);
  expect(error).toMatchObject({ code: 'not_connected', sent: false });
});

test('a reply later than a short interruption still counts, and none is nobody’s fault', async () => {
  const { transport, clock, ask } = wired();
  const replies: string[] = [];
  transport.subscribe('a', ({ reply }) => replies.push(reply ?? ''));
  const answered = ask({ timeoutMs: 5_000 });
  const lost = failureOf(ask({ timeoutMs: 5_000 }));
  await clock.advance(1);
  transport.disconnect();
  await clock.advance(1_999);
  transport.reconnect();
  transport.publish(replies[0] ?? '', nothing);
  expect(await answered).toMatchObject({ status: undefined });
  await clock.advance(5_000);
  expect(await lost).toMatchObject({ code: 'timeout', details: { reason: 'connection_lost' } });
});
