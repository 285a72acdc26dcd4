import { MeshError, type MeshErrorCode } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { Decision } from '../decision.ts';
import type { AttemptFunction } from './operation.ts';
import type { StackPolicy } from './policy.ts';
import { Stack } from './stack.ts';

const failure = (code: MeshErrorCode, facts: { sent?: boolean; retryAfterMs?: number } = {}) =>
  new MeshError(code, { target: 'ml.chat', ...facts });

/** A stack on a virtual clock with r = ½, and what it decided. */
function watched(policy: Partial<StackPolicy> = {}) {
  const clock = new VirtualClock();
  const decisions: Decision[] = [];
  const observe = (_target: string, decision: Decision) => decisions.push(decision);
  const stack = new Stack('ml.chat', { idempotent: true, ...policy }, { clock, random: { next: () => 0.5 }, observe });
  const names = () => decisions.map(({ layer, decision }) => `${layer} ${decision}`);
  return { clock, stack, decisions, names };
}

/** Fails with each code in turn, then answers. */
function failing(...codes: MeshErrorCode[]): AttemptFunction<string> {
  return async ({ n }) => {
    const code = codes[n - 1];
    if (code) throw failure(code);
    return `answered at attempt ${n}`;
  };
}

/** The code a promise ends with, or its value. */
const ending = (work: Promise<unknown>) =>
  work.catch((error: unknown) => (error instanceof MeshError ? error.code : error));
const never = () => new Promise<never>(() => {});

describe('retry', () => {
  test('a call that certainly did not run is repeated after the backoff', async () => {
    const { clock, stack, names } = watched({ idempotent: false });
    const reply = ending(stack.run(failing('no_responder', 'draining')));
    await clock.advance(25 + 50);
    expect(await reply).toBe('answered at attempt 3');
    expect(names()).toEqual(['retry wait', 'retry wait']);
  });

  test('what may have run is repeated only when idempotent', async () => {
    const { stack, decisions } = watched({ idempotent: false });
    expect(await ending(stack.run(failing('internal')))).toBe('internal');
    expect(decisions).toEqual([{ layer: 'retry', decision: 'stop', code: 'internal', reason: 'not_idempotent' }]);
  });

  test('mesh.S7: a value is an answer, also one that reports a declared failure', async () => {
    const { stack, decisions } = watched();
    const reply = { ok: false, failure: { code: 'unknown_scope' } };
    expect(await stack.run(async () => reply)).toBe(reply);
    expect(decisions).toEqual([]);
  });

  test('mesh.S8: inside a retry there is one attempt', async () => {
    const { stack } = watched();
    expect(await ending(stack.run(failing('no_responder'), { attempt: 2 }))).toBe('no_responder');
  });

  test('mesh.S9: during an outage retries stay within a fifth of the calls plus three', async () => {
    const { clock, stack } = watched({ breaker: { ...neverOpens } });
    let attempts = 0;
    const calls = Array.from({ length: 100 }, () =>
      ending(
        stack.run(async () => {
          attempts += 1;
          throw failure('no_responder');
        }),
      ),
    );
    await clock.advance(5_000);
    await Promise.all(calls);
    expect(attempts).toBeLessThanOrEqual(1.2 * 100 + 3);
  });

  test('mesh.S10: a caller that leaves during the backoff gives the unit back', async () => {
    const { clock, stack } = watched();
    const caller = new AbortController();
    const reply = ending(stack.run(failing('no_responder'), { signal: caller.signal }));
    await clock.advance(10);
    expect(stack.status().retryBudget.used).toBe(1);
    caller.abort();
    expect(await reply).toBe('cancelled');
    expect(stack.status().retryBudget.used).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('an error that is no MeshError is a defect: repeated when idempotent, passed on as it was', async () => {
    const { clock, stack, decisions } = watched();
    const broken = new TypeError('broken');
    const reply = ending(stack.run(() => Promise.reject(broken)));
    await clock.advance(1_000);
    expect(await reply).toBe(broken);
    expect(decisions.at(-1)).toEqual({ layer: 'retry', decision: 'stop', code: 'internal', reason: 'attempts_spent' });
  });
});

describe('deadline', () => {
  test('mesh.S6: attempts and waits end within the deadline', async () => {
    const { clock, stack } = watched({ deadlineMs: 1_000 });
    let endedAt = -1;
    const reply = ending(stack.run(never)).finally(() => {
      endedAt = clock.now();
    });
    await clock.advance(5_000);
    expect(await reply).toBe('timeout');
    expect(endedAt).toBe(1_000);
    expect(clock.pending).toBe(0);
  });

  test('a call without time is refused and accuses nobody', async () => {
    const { clock, stack, names } = watched();
    expect(await ending(stack.run(failing(), { deadlineAt: clock.now() }))).toBe('deadline_exceeded');
    expect(names()).toEqual(['deadline refused']);
    expect(stack.status().breaker.settled).toBe(0);
  });

  test('the attempt is told to stop when its budget is over', async () => {
    const { clock, stack } = watched({ deadlineMs: 100 });
    let told: unknown;
    const reply = ending(
      stack.run(({ signal }) => {
        signal.addEventListener('abort', () => {
          told = signal.reason;
        });
        return never();
      }),
    );
    await clock.advance(100);
    expect(await reply).toBe('timeout');
    expect(told).toMatchObject({ code: 'timeout' });
  });

  test('mesh.S5: timeouts of impatient callers open nothing', async () => {
    const { clock, stack } = watched({ deadlineMs: 5_000 });
    for (let i = 0; i < 10; i++) {
      const reply = ending(stack.run(never, { deadlineAt: clock.now() + 100 }));
      await clock.advance(100);
      await reply;
    }
    expect(stack.status().breaker).toMatchObject({ state: 'closed', settled: 0 });
  });
});

describe('breaker', () => {
  test('a target that keeps failing is refused without an attempt', async () => {
    const { clock, stack, names, decisions } = watched({ retry: once });
    for (let i = 0; i < 5; i++) await ending(stack.run(failing('internal')));
    expect(names()).toContain('breaker open');
    decisions.length = 0;
    expect(await ending(stack.run(failing()))).toBe('circuit_open');
    expect(decisions[0]).toEqual({ layer: 'breaker', decision: 'refused', retryAfterMs: 5_000, reason: 'run' });
    await clock.advance(5_000);
    for (let i = 0; i < 3; i++) await stack.run(failing());
    expect(stack.status().breaker.state).toBe('closed');
  });

  test('mesh.S4: ten thousand bad requests leave it closed', async () => {
    const { stack } = watched();
    for (let i = 0; i < 10_000; i++) await ending(stack.run(failing('bad_request')));
    expect(stack.status().breaker).toMatchObject({ state: 'closed', settled: 0 });
  });

  test('errors that come of the way and not of the target open nothing', async () => {
    const { stack, decisions } = watched({ idempotent: false, blameless: () => true });
    for (let call = 0; call < 50; call++) await ending(stack.run(failing('timeout')));
    expect(stack.status().breaker).toMatchObject({ state: 'closed', settled: 0 });
    expect(stack.status().p50Ms).toBeUndefined();
    expect(decisions.every(({ layer }) => layer === 'retry')).toBe(true);
  });

  test('mesh.S4: a cancelled attempt is void, and its slot is free at once', async () => {
    const { clock, stack } = watched();
    const caller = new AbortController();
    const reply = ending(stack.run(never, { signal: caller.signal }));
    await clock.advance(10);
    expect(stack.status().inFlight).toBe(1);
    caller.abort();
    expect(await reply).toBe('cancelled');
    expect(stack.status()).toMatchObject({ inFlight: 0, breaker: { settled: 0 } });
  });
});

describe('bulkhead', () => {
  test('mesh.S17: no more attempts run at once than the limit, the rest wait in line', async () => {
    const { clock, stack } = watched({ bulkhead: { limit: 2, queue: 6 } });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => clock.after(10, resolve));
      running -= 1;
      return 'done';
    };
    const replies = Array.from({ length: 6 }, () => stack.run(work));
    await clock.advance(30);
    expect(await Promise.all(replies)).toHaveLength(6);
    expect(most).toBe(2);
  });

  test('a full line refuses, and the refusal is not retried', async () => {
    const { stack, names } = watched({ bulkhead: { limit: 1, queue: 0 } });
    const first = ending(stack.run(never));
    expect(await ending(stack.run(failing()))).toBe('bulkhead_full');
    expect(names()).toEqual(['bulkhead refused', 'retry stop']);
    expect(stack.status()).toMatchObject({ inFlight: 1, queued: 0 });
    expect(first).toBeInstanceOf(Promise);
  });

  test('mesh.S19: nobody waits in line past the deadline', async () => {
    const { clock, stack } = watched({ bulkhead: { limit: 1, queue: 9 } });
    void ending(stack.run(never));
    const waiting = ending(stack.run(failing(), { deadlineAt: 100 }));
    await clock.advance(100);
    expect(await waiting).toBe('deadline_exceeded');
    expect(stack.status()).toMatchObject({ inFlight: 1, queued: 0 });
  });

  test('mesh.S20: a caller that leaves the line frees its place at once', async () => {
    const { stack } = watched({ bulkhead: { limit: 1, queue: 9 } });
    void ending(stack.run(never));
    const caller = new AbortController();
    const waiting = ending(stack.run(failing(), { signal: caller.signal }));
    await Promise.resolve();
    caller.abort();
    expect(await waiting).toBe('cancelled');
    expect(stack.status().queued).toBe(0);
  });

  test('a critical arrival evicts the newest of the lowest class', async () => {
    const { stack } = watched({ bulkhead: { limit: 1, queue: 3 } });
    void ending(stack.run(never));
    const optional = ending(stack.run(failing(), { criticality: 'optional' }));
    for (let i = 0; i < 3; i++) void ending(stack.run(failing(), { criticality: 'critical' }));
    expect(await optional).toBe('bulkhead_full');
    expect(stack.status().queued).toBe(3);
  });
});

const once = { max: 1, backoff: { baseMs: 50, capMs: 2_000 } };
const neverOpens = {
  run: Number.POSITIVE_INFINITY,
  minSettled: Number.POSITIVE_INFINITY,
  failedShare: 1,
  slowShare: 1,
  openMs: 1,
  openCapMs: 1,
  probes: 1,
  forgiveMs: 1,
};
