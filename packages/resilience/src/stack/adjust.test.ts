import { MeshError, type MeshErrorCode } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { defaultStack, type StackPolicy } from './policy.ts';
import { Stack } from './stack.ts';

function bed(policy: Partial<StackPolicy> = {}) {
  const clock = new VirtualClock();
  const stack = new Stack('ml.chat', { idempotent: true, ...policy }, { clock, random: { next: () => 0 } });
  const attempts = { made: 0 };
  const fail = (code: MeshErrorCode) =>
    stack
      .run(async () => {
        attempts.made += 1;
        throw new MeshError(code, { target: 'ml.chat' });
      })
      .catch((error: unknown) => (error instanceof MeshError ? error.code : error));
  return { clock, stack, attempts, fail };
}

const hold = () => new Promise<never>(() => {});

test('fewer attempts hold for calls that are under way, and taking the change back gives what was there before', async () => {
  const { clock, stack, attempts, fail } = bed();
  const call = fail('no_responder');
  stack.adjust(({ retry }) => ({ retry: { ...retry, max: 2 } }));
  await clock.advance(10);
  expect([await call, attempts.made]).toEqual(['no_responder', 2]);
  stack.adjust(() => ({}));
  const other = fail('no_responder');
  await clock.advance(10);
  expect([await other, attempts.made]).toEqual(['no_responder', 5]);
});

test('a change is told what the stack was made with, not what the change before it made of that', () => {
  const { stack } = bed({ bulkhead: { limit: 7, queue: 3 } });
  const twice = ({ bulkhead }: StackPolicy) => ({ bulkhead: { ...bulkhead, limit: 2 * bulkhead.limit } });
  stack.adjust(twice);
  stack.adjust(twice);
  expect(stack.status()).toMatchObject({ limit: 14, places: 3 });
  stack.adjust(() => ({}));
  expect(stack.status()).toMatchObject({ limit: 7, places: 3 });
});

test('mesh.S17: more slots start who waits, fewer stop nobody and let nobody in', async () => {
  const { clock, stack } = bed({ bulkhead: { limit: 1, queue: 9 } });
  for (let i = 0; i < 3; i++) stack.run(hold).catch(() => undefined);
  await clock.advance(0);
  stack.adjust(() => ({ bulkhead: { limit: 2, queue: 9 } }));
  expect(stack.status()).toMatchObject({ inFlight: 2, queued: 1 });
  stack.adjust(() => ({ bulkhead: { limit: 1, queue: 9 } }));
  expect(stack.status()).toMatchObject({ inFlight: 2, queued: 1 });
});

test('mesh.S11: a stricter breaker opens at the next failure, never by itself; an opening lasts as it began', async () => {
  const { clock, stack, fail } = bed({ retry: { ...defaultStack.retry, max: 1 } });
  for (let i = 0; i < 3; i++) await fail('internal');
  const run = (run: number, openMs: number) =>
    stack.adjust(({ breaker }) => ({ breaker: { ...breaker, run, openMs } }));
  run(2, 1_000);
  expect(stack.status().breaker.state).toBe('closed');
  await fail('internal');
  expect(stack.status().breaker).toMatchObject({ state: 'open', until: clock.now() + 800 });
  run(2, 9_000);
  expect(stack.status().breaker.until).toBe(clock.now() + 800);
});

test('a half-open breaker that needs fewer probes now closes when it has them', async () => {
  const { clock, stack, fail } = bed({ retry: { ...defaultStack.retry, max: 1 } });
  for (let i = 0; i < 5; i++) await fail('internal');
  await clock.advance(4_000);
  await stack.run(async () => 'one');
  expect(stack.status().breaker).toMatchObject({ state: 'half_open', passed: 1 });
  stack.adjust(({ breaker }) => ({ breaker: { ...breaker, probes: 1 } }));
  expect(stack.status().breaker.state).toBe('closed');
});

test('a suspect stays one: its breaker is as strict as the change says, or stricter', async () => {
  const { stack, fail } = bed({ retry: { ...defaultStack.retry, max: 1 } });
  stack.suspect(true);
  stack.adjust(({ breaker }) => ({ breaker: { ...breaker, run: 50 } }));
  await fail('internal');
  expect(stack.status().breaker).toMatchObject({ state: 'closed', suspect: true });
  await fail('internal');
  expect(stack.status().breaker.state).toBe('open');
});

test('a throttle that is switched off refuses nobody, counts on, and holds back again when it is back', async () => {
  const { stack, fail } = bed({ retry: { ...defaultStack.retry, max: 1 } });
  for (let i = 0; i < 40; i++) await fail('overloaded');
  expect(stack.status().throttled).toBeGreaterThan(0.5);
  stack.adjust(() => ({ throttle: 'off' }));
  expect(stack.status().throttled).toBe(0);
  for (let i = 0; i < 40; i++) expect(await fail('overloaded')).toBe('overloaded');
  stack.adjust(() => ({}));
  expect(stack.status().throttled).toBe(0.9);
});

test('mesh.S25: hedging that is switched on sends a second attempt to another instance, switched off it does not', async () => {
  const { clock, stack } = bed();
  stack.assign(['a', 'b'].map((id) => ({ id, standing: 'routable' })));
  const asked: (string | undefined)[] = [];
  const silent = () =>
    stack.run(({ instance }) => {
      asked.push(instance);
      return hold();
    });
  stack.adjust(() => ({ hedge: true }));
  for (let i = 0; i < 60; i++) await stack.run(async () => 'quick');
  silent().catch(() => undefined);
  await clock.advance(50);
  expect(asked.toSorted()).toEqual(['a', 'b']);
  stack.adjust(() => ({}));
  silent().catch(() => undefined);
  await clock.advance(50);
  expect(asked).toHaveLength(3);
});

test('breakers of instances are adjusted too, of those there are and those to come', async () => {
  const { clock, stack } = bed({ retry: { ...defaultStack.retry, max: 1 } });
  const routable = (...ids: string[]) => ids.map((id) => ({ id, standing: 'routable' as const }));
  stack.assign(routable('a', 'b'));
  stack.adjust(({ instanceBreaker }) => ({ instanceBreaker: { ...instanceBreaker, run: 1 } }));
  stack.assign(routable('a', 'b', 'c'));
  for (let i = 0; i < 3; i++) {
    const failing = stack.run(async () => {
      throw new MeshError('internal', { target: 'ml.chat' });
    });
    await failing.catch(() => undefined);
    await clock.advance(1);
  }
  const open = stack.status().instances.filter(({ breaker }) => breaker.state === 'open');
  expect(open.length).toBeGreaterThan(1);
});
