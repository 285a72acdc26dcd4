import { type Criticality, MeshError, type MeshErrorCode } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { Decision } from '../decision.ts';
import { defaultTokens } from '../tokens.ts';
import type { Attempt } from './operation.ts';
import type { StackPolicy, StackPorts } from './policy.ts';
import { Stack } from './stack.ts';

const failure = (code: MeshErrorCode) => new MeshError(code, { target: 'ml.chat' });
const ending = (work: Promise<unknown>) =>
  work.catch((error: unknown) => (error instanceof MeshError ? error.code : error));
const never = () => new Promise<never>(() => {});
const answers = async ({ n }: Attempt) => `attempt ${n}`;
const once = { max: 1, backoff: { baseMs: 50, capMs: 2_000 } };

function watched(policy: Partial<StackPolicy> = {}, ports: Partial<StackPorts> = {}) {
  const clock = new VirtualClock();
  const decisions: Decision[] = [];
  const stack = new Stack(
    'ml.chat',
    { idempotent: true, ...policy },
    {
      clock,
      random: new SeededRandom(7),
      observe: (_target, decision) => decisions.push(decision),
      ...ports,
    },
  );
  const names = () => decisions.map(({ layer, decision }) => `${layer} ${decision}`);
  return { clock, stack, decisions, names };
}

/** A stack that knows instances `a`, `b`, … of settled age. */
async function fleet(ids: string, policy: Partial<StackPolicy> = {}) {
  const made = watched({ retry: once, ...policy });
  made.stack.assign([...ids].map((id) => ({ id, standing: 'routable' })));
  await made.clock.advance(30_000);
  return made;
}

describe('throttle', () => {
  test('a target that says no is asked less and less, and critical calls longer than others', async () => {
    const { stack } = watched({ retry: once, breaker: patientBreaker, bulkhead: { limit: 100, queue: 0 } });
    const overloaded = async () => {
      throw failure('overloaded');
    };
    for (let i = 0; i < 100; i++) await ending(stack.run(i < 30 ? answers : overloaded));
    expect(stack.status().throttled).toBeGreaterThan(0.39);
    const refused = async (criticality: Criticality) => {
      const ends = await Promise.all(Array.from({ length: 40 }, () => ending(stack.run(answers, { criticality }))));
      return ends.filter((end) => end === 'throttled').length;
    };
    expect(await refused('important')).toBeGreaterThan(5);
    expect(await refused('critical')).toBe(0);
  });

  test('a target that says it is busy opens no breaker, which would refuse the critical calls it still serves', async () => {
    const { stack } = watched({ retry: once });
    for (let i = 0; i < 100; i++)
      await ending(
        stack.run(async () => {
          throw failure(i % 2 === 0 ? 'overloaded' : 'rate_limited');
        }),
      );
    expect(stack.status()).toMatchObject({ breaker: { state: 'closed', failed: 0 } });
    expect(stack.status().throttled).toBeGreaterThan(0.8);
  });

  test('what the system sheds is refused before anything is spent, and is not retried', async () => {
    const { stack, names } = watched({}, { sheds: ({ criticality }) => criticality === 'optional' });
    expect(await ending(stack.run(answers, { criticality: 'optional' }))).toBe('throttled');
    expect(await stack.run(answers, { criticality: 'important' })).toBe('attempt 1');
    expect(names()).toEqual(['throttle refused']);
    expect(stack.status()).toMatchObject({ breaker: { settled: 1 }, retryBudget: { used: 0 } });
  });
});

describe('tokens', () => {
  test('beyond what the provider allows nothing is sent, and the retry waits until it does', async () => {
    const { clock, stack, names } = watched({ tokens: { ...defaultTokens, burst: 2, perSecond: 1 } });
    let sent = 0;
    const work = async () => {
      sent += 1;
      return 'done';
    };
    const replies = [1, 2, 3].map(() => ending(stack.run(work)));
    expect(sent).toBe(2);
    expect(names()).toEqual(['tokens refused', 'retry wait']);
    await clock.advance(1_100);
    expect(await Promise.all(replies)).toEqual(['done', 'done', 'done']);
    expect(stack.status().breaker.failed).toBe(0);
  });

  test('a refusal of the bulkhead gives the token back', async () => {
    const { stack } = watched({ tokens: { ...defaultTokens, burst: 2 }, bulkhead: { limit: 1, queue: 0 } });
    void ending(stack.run(never));
    expect(await ending(stack.run(answers))).toBe('bulkhead_full');
    expect(stack.status().tokens?.level).toBe(1);
  });
});

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

test('an operator who isolates the target is obeyed until he lets go, and one who holds it open too', async () => {
  const { stack } = watched({ retry: once });
  stack.override('isolate');
  expect(await ending(stack.run(answers))).toBe('circuit_open');
  stack.override(undefined);
  expect(await stack.run(answers)).toBe('attempt 1');
  stack.override('hold');
  for (let i = 0; i < 20; i++)
    await ending(
      stack.run(async () => {
        throw failure('internal');
      }),
    );
  expect(await stack.run(answers)).toBe('attempt 1');
});

test('a suspected target opens after two failures in a row, and by suspicion alone never', async () => {
  const { stack } = watched({ retry: once });
  stack.suspect(true);
  expect(await stack.run(answers)).toBe('attempt 1');
  for (let i = 0; i < 2; i++)
    await ending(
      stack.run(async () => {
        throw failure('internal');
      }),
    );
  expect(await ending(stack.run(answers))).toBe('circuit_open');
});

test('the layers are asked from outside in: whoever refuses first keeps the inner ones from being asked', async () => {
  const { stack, decisions } = watched(
    { retry: once, tokens: { burst: 1, perSecond: 0.001, perMinute: 60 }, bulkhead: { limit: 1, queue: 0 } },
    { sheds: ({ criticality }) => criticality === 'optional' },
  );
  const refusedBy = async (call: Parameters<typeof stack.run>[1]) => {
    decisions.length = 0;
    await ending(stack.run(never, call));
    return decisions[0]?.layer;
  };
  void ending(stack.run(never));
  expect(await refusedBy({ deadlineAt: 0, criticality: 'optional' })).toBe('deadline');
  stack.override('isolate');
  expect(await refusedBy({ criticality: 'optional' })).toBe('throttle');
  expect(await refusedBy({})).toBe('breaker');
  stack.override(undefined);
  expect(await refusedBy({})).toBe('tokens');
});

/** Of the endpoint: out of the way of the instances' own. */
const patientBreaker = {
  run: 1_000,
  minSettled: 10_000,
  failedShare: 1,
  slowShare: 1,
  openMs: 1_000,
  openCapMs: 1_000,
  probes: 3,
  forgiveMs: 1_000,
};
