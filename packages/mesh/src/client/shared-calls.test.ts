import { delay, MeshError, newTrace, OpenCall } from '@seedcore/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { type FakeHandler, type FakeReply, repeat } from '../testing/fake-worker.ts';

/** A worker of `look`, and how often a call joined another one. */
function sharing(handler: FakeHandler = repeat) {
  const bed = echoBed(handler, 'look');
  const joined: string[] = [];
  const outcomes: string[] = [];
  bed.mesh.observe({
    decision: (target, { layer }) => layer === 'single_flight' && joined.push(target),
    call: ({ outcome }) => outcomes.push(outcome),
  });
  return { ...bed, joined, outcomes };
}

/** A worker that answers when it is told to. */
function held() {
  const answers: ((reply: FakeReply) => void)[] = [];
  const bed = sharing(() => new Promise<FakeReply>((resolve) => answers.push(resolve)));
  const cancelled: string[] = [];
  bed.worker.subscribe('seedcore-test.cancel.*', ({ subject }) => cancelled.push(subject));
  return { ...bed, answers, cancelled };
}

describe('equal calls of an endpoint that coalesces', () => {
  test('mesh.S29: a hundred at the same time are one request, and a hundred answers', async () => {
    const { client, seen, joined, outcomes, mesh } = sharing();
    const replies = await Promise.all(Array.from({ length: 100 }, () => client.look({ word: 'a' })));
    expect(replies).toEqual(replies.map(() => ({ ok: true, value: { word: 'a' } })));
    expect([seen.length, joined.length, outcomes.length]).toEqual([1, 99, 100]);
    expect(mesh.resources()).toMatchObject([{ requests: 100, in_flight: 0 }]);
  });

  test('are no longer equal when another word is asked, or another criticality', async () => {
    const { client, seen } = sharing();
    await Promise.all([
      client.look({ word: 'a' }),
      client.look({ word: 'b' }),
      client.look({ word: 'a' }, { criticality: 'critical' }),
    ]);
    expect(seen).toHaveLength(3);
  });

  test('ask anew once the answer is there', async () => {
    const { client, seen } = sharing();
    await client.look({ word: 'a' });
    await client.look({ word: 'a' });
    expect(seen).toHaveLength(2);
  });

  test('go alone when they name an instance or a key, or do not fit the contract', async () => {
    const { client, seen, joined } = sharing();
    await Promise.all([
      client.look({ word: 'a' }),
      client.look({ word: 'a' }, { idempotencyKey: 'k' }),
      failureOf(client.look({ word: 'no token' })),
    ]);
    expect([seen.length, joined.length]).toEqual([2, 0]);
  });

  test('mesh.G21: A (left 100) leads, B (900) and C join; A runs out, B leads again, C gets its answer', async () => {
    const { client, clock, seen, answers } = held();
    const a = failureOf(client.look({ word: 'a' }, { deadlineMs: 100 }));
    const b = client.look({ word: 'a' }, { deadlineMs: 900 });
    const c = client.look({ word: 'a' }, { deadlineMs: 900 });
    await clock.advance(110);
    expect(await a).toMatchObject({ code: 'deadline_exceeded' });
    expect(seen).toHaveLength(2);
    answers[1]?.({ body: { word: 'late' } });
    await clock.advance(0);
    expect([await b, await c]).toEqual([b, c].map(() => ({ ok: true, value: { word: 'late' } })));
    expect(seen).toHaveLength(2);
  });

  test('follow with a deadline of their own', async () => {
    const { client, clock, answers } = held();
    const leader = client.look({ word: 'a' }, { deadlineMs: 900 });
    const hasty = failureOf(client.look({ word: 'a' }, { deadlineMs: 100 }));
    await clock.advance(110);
    expect(await hasty).toMatchObject({ code: 'deadline_exceeded', sent: true });
    answers[0]?.({ body: { word: 'a' } });
    await clock.advance(0);
    expect(await leader).toMatchObject({ ok: true });
  });

  test('go on when the leader leaves; the last to leave cancels the request', async () => {
    const { client, clock, seen, cancelled, mesh } = held();
    const [first, second] = [new AbortController(), new AbortController()];
    const a = failureOf(client.look({ word: 'a' }, { signal: first.signal }));
    const b = failureOf(client.look({ word: 'a' }, { signal: second.signal }));
    await clock.advance(1);
    first.abort();
    expect(await a).toMatchObject({ code: 'cancelled' });
    await clock.advance(1);
    expect(cancelled).toHaveLength(0);
    second.abort();
    expect(await b).toMatchObject({ code: 'cancelled' });
    await clock.advance(1);
    expect([seen.length, cancelled.length]).toEqual([1, 1]);
    expect(mesh.resources()).toMatchObject([{ in_flight: 0 }]);
  });

  test('go on when the call that the leader is part of ends, within what that had left', async () => {
    const { client, clock, random, answers, headers } = held();
    const seed = { id: 'one', target: 'asker.ask', deadlineAt: 500, chain: ['door', 'asker'], attempt: 1 } as const;
    const parent = new OpenCall({ ...seed, criticality: 'important', trace: newTrace(random) }, { clock, random });
    const a = failureOf(client.look({ word: 'a' }, parent));
    const b = client.look({ word: 'a' });
    parent.abort(new MeshError('cancelled', { target: 'asker.ask' }));
    expect(await a).toMatchObject({ code: 'cancelled', target: 'asker.ask' });
    await clock.advance(1);
    expect(headers()).toMatchObject({ chain: ['door', 'asker'] });
    expect(headers().deadlineMs).toBeLessThan(500);
    answers[0]?.({ body: { word: 'a' } });
    await clock.advance(0);
    expect(await b).toMatchObject({ ok: true });
  });

  test('fail together when the request fails for anything else', async () => {
    const { client } = sharing(() => {
      throw new MeshError('forbidden', { target: 'echo.look' });
    });
    const failures = await Promise.all([1, 2].map(() => failureOf(client.look({ word: 'a' }))));
    expect(failures.map(({ code }) => code)).toEqual(['forbidden', 'forbidden']);
  });
});

test('mesh.S29: whoever comes, leaves or runs out of time, everybody is told by his deadline and nothing is left over', async () => {
  const asker = fc.record({
    at: fc.integer({ min: 0, max: 60 }),
    deadlineMs: fc.integer({ min: 20, max: 300 }),
    abortAt: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(asker, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 250 }),
      async (askers, workMs) => {
        const { client, clock, mesh } = sharing(async (request) => {
          await delay(clock, workMs);
          return repeat(request);
        });
        const told: number[] = [];
        for (const [i, { at, deadlineMs, abortAt }] of askers.entries()) {
          const controller = new AbortController();
          const end = () => told.push(i);
          clock.after(
            at,
            () => void client.look({ word: 'a' }, { deadlineMs, signal: controller.signal }).then(end, end),
          );
          if (abortAt !== undefined) clock.after(abortAt, () => controller.abort());
        }
        await clock.advance(60 + 300 + 20);
        expect(told.toSorted((a, b) => a - b)).toEqual(askers.map((_, i) => i));
        expect(mesh.resources()).toMatchObject([{ in_flight: 0, queued: 0, requests: askers.length }]);
      },
    ),
    { numRuns: 60 },
  );
});
