import { describe, expect, test } from 'vitest';
import { ending, failure, fleet, never, patientBreaker } from '../testing/watched-stack.ts';
import type { Attempt } from './operation.ts';
import type { StackPolicy } from './policy.ts';

describe('instances', () => {
  test('with fewer than two there is nothing to choose', async () => {
    const { stack } = await fleet('a');
    expect(await stack.run(async ({ instance }) => instance)).toBeUndefined();
  });

  test('calls are spread, and the slow instance gets few of them', async () => {
    const { clock, stack } = await fleet('abcd');
    const seen: Record<string, number> = {};
    for (let i = 0; i < 400; i++) {
      const reply = stack.run(async ({ instance = 'none' }) => {
        seen[instance] = (seen[instance] ?? 0) + 1;
        await new Promise<void>((resolve) => clock.after(instance === 'd' ? 400 : 10, resolve));
      });
      await clock.advance(10);
      if (i % 10 === 0) await clock.advance(400);
      void reply;
    }
    await clock.advance(1_000);
    expect(Object.keys(seen).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(seen['d'] ?? 0).toBeLessThan(0.1 * 400);
  });

  test('one that refuses is left for another in the same attempt, which blames the endpoint for nothing', async () => {
    const { stack, names } = await fleet('ab');
    const tried: string[] = [];
    const reply = await stack.run(async ({ instance = '', n }) => {
      tried.push(instance);
      if (tried.length === 1) throw failure('overloaded');
      return n;
    });
    expect(reply).toBe(1);
    expect(new Set(tried).size).toBe(2);
    expect(names()).toEqual(['instance bounce']);
    const { breaker, instances } = stack.status();
    expect(breaker).toMatchObject({ settled: 1, failed: 0 });
    expect(instances.find(({ id }) => id === tried[0])?.breaker.failed).toBe(1);
  });

  test('a second refusal ends the attempt', async () => {
    const { stack } = await fleet('abc');
    let tries = 0;
    const refuses = async () => {
      tries += 1;
      throw failure('draining');
    };
    expect(await ending(stack.run(refuses))).toBe('draining');
    expect(tries).toBe(2);
  });

  test('two of four that fail are left out, and probed again later', async () => {
    const { clock, stack } = await fleet('abcd');
    const broken = new Set(['a', 'b']);
    let failed = 0;
    const work = async ({ instance = '' }: Attempt) => {
      if (!broken.has(instance)) return 'done';
      failed += 1;
      throw failure('internal');
    };
    for (let i = 0; i < 1_000; i++) {
      await ending(stack.run(work));
      await clock.advance(100);
    }
    const ejected = () => stack.status().instances.filter(({ standing }) => standing === 'ejected');
    expect(ejected().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(stack.status().panic).toBe(false);
    broken.clear();
    expect(failed).toBeLessThan(50);
    await clock.advance(72_000);
    for (let i = 0; i < 6; i++) await stack.run(work);
    expect(ejected()).toEqual([]);
  });

  test('with all four broken only two are left out, and the panic is shown', async () => {
    const { clock, stack } = await fleet('abcd', { breaker: patientBreaker });
    const work = async () => {
      throw failure('internal');
    };
    for (let i = 0; i < 400; i++) {
      await ending(stack.run(work));
      await clock.advance(10);
    }
    const { instances, panic } = stack.status();
    expect(instances.filter(({ standing }) => standing === 'ejected')).toHaveLength(2);
    expect(panic).toBe(true);
  });

  test('one that dies with calls on their way to it takes the others nothing: its breaker opens, not the one of all', async () => {
    const { clock, stack } = await fleet('abc');
    const work = async ({ instance = '' }: Attempt) => {
      if (instance === 'a') await never();
      await new Promise<void>((resolve) => clock.after(10, resolve));
      return 'answered';
    };
    const first = Array.from({ length: 24 }, () => ending(stack.run(work)));
    await clock.advance(100);
    for (let i = 0; i < 100; i++) {
      first.push(ending(stack.run(work)));
      await clock.advance(100);
    }
    const { breaker, instances } = stack.status();
    expect(instances.find(({ id }) => id === 'a')?.standing).toBe('ejected');
    expect(breaker.state).toBe('closed');
    await clock.advance(30_000);
    expect(new Set(await Promise.all(first))).toEqual(new Set(['answered', 'timeout']));
  });

  test('calls with one key go to one instance while it is there', async () => {
    const { stack } = await fleet('abcd');
    const at = (affinity: string) => stack.run(async ({ instance }) => instance, { affinity });
    const home = await at('session-1');
    for (let i = 0; i < 20; i++) expect(await at('session-1')).toBe(home);
    const homes = await Promise.all(Array.from({ length: 50 }, (_, i) => at(`session-${i}`)));
    expect(new Set(homes).size).toBe(4);
    stack.assign([...'abcd'].filter((id) => id !== home).map((id) => ({ id, standing: 'routable' })));
    expect(await at('session-1')).not.toBe(home);
  });
});

describe('hedge', () => {
  async function raced(policy: Partial<StackPolicy> = {}) {
    const made = await fleet('ab', { hedge: true, ...policy });
    const quick = async () => {
      await new Promise<void>((resolve) => made.clock.after(10, resolve));
      return 'quick';
    };
    for (let i = 0; i < 100; i++) {
      const reply = made.stack.run(quick);
      await made.clock.advance(10);
      await reply;
    }
    made.decisions.length = 0;
    return made;
  }

  test('a silent attempt gets a second one elsewhere; the first answer wins, the other is cancelled and void', async () => {
    const { clock, stack, names } = await raced();
    const signals: AbortSignal[] = [];
    const reply = stack.run(({ signal, instance }) => {
      signals.push(signal);
      return signals.length === 1 ? never() : Promise.resolve(instance);
    });
    await clock.advance(30);
    expect(await reply).toMatch(/^[ab]$/);
    expect(names()).toEqual(['hedge sent', 'hedge won']);
    expect(signals[0]?.aborted).toBe(true);
    expect(stack.status()).toMatchObject({ inFlight: 0, retryBudget: { used: 1 }, breaker: { failed: 0 } });
  });

  test('when one of the two fails the other is still waited for', async () => {
    const { clock, stack } = await raced();
    let n = 0;
    const reply = stack.run(async () => {
      n += 1;
      if (n === 2) throw failure('internal');
      await new Promise<void>((resolve) => clock.after(40, resolve));
      return 'first';
    });
    await clock.advance(100);
    expect(await reply).toBe('first');
  });

  test('a caller that leaves ends both', async () => {
    const { clock, stack } = await raced();
    const caller = new AbortController();
    const reply = ending(stack.run(never, { signal: caller.signal }));
    await clock.advance(30);
    expect(stack.status().inFlight).toBe(2);
    caller.abort();
    expect(await reply).toBe('cancelled');
    expect(stack.status().inFlight).toBe(0);
  });

  test('work that must not run twice is never hedged', async () => {
    const { clock, stack, names } = await raced({ idempotent: false });
    const reply = ending(stack.run(never, { deadlineAt: clock.now() + 500 }));
    await clock.advance(600);
    expect(await reply).toBe('timeout');
    expect(names()).not.toContain('hedge sent');
  });
});
