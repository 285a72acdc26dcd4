import type { Criticality } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { answers, ending, failure, never, once, patientBreaker, watched } from '../testing/watched-stack.ts';
import { defaultTokens } from '../tokens.ts';

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
