import type { Random } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Breaker, REFUSED } from './breaker.ts';
import { defaultBreaker, modelBreaker, seedBreaker } from './breaker-policy.ts';
import type { BreakerState, TripReason } from './breaker-status.ts';
import type { Outcome } from './outcome.ts';

/** A breaker with chance spelled out, and attempts that are asked and settled in one go. */
function watched(draws: number[] = [], policy = defaultBreaker) {
  const random: Random = { next: () => draws.shift() ?? 0.5 };
  const transitions: [BreakerState, TripReason | undefined][] = [];
  const breaker = new Breaker(random, policy, (to, reason) => transitions.push([to, reason]));
  const attempt = (at: number, outcome: Outcome) => breaker.settle(breaker.ask(at, 1_000), outcome, at);
  return { breaker, transitions, attempt };
}

test('mesh.G4: five hard in a row open it, three probes decide, and the next opening lasts twice as long', () => {
  const { breaker, attempt, transitions } = watched([0.5, 0.75, 0.5]);
  for (const at of [0, 100, 200, 300, 400]) attempt(at, 'hard');
  expect(breaker.status(400)).toMatchObject({ state: 'open', reason: 'run', until: 5_400, k: 0 });
  expect(breaker.ask(5_399, 5_000)).toBe(REFUSED);
  expect(breaker.retryAfterMs(5_399)).toBe(1);

  const [one, two, three, fourth] = [0, 0, 0, 0].map(() => breaker.ask(5_400, 5_000));
  expect(fourth).toBe(REFUSED);
  expect(breaker.retryAfterMs(5_400)).toBe(5_000);
  breaker.settle(one ?? REFUSED, 'answer', 5_450);
  breaker.settle(two ?? REFUSED, 'answer', 5_450);
  breaker.settle(three ?? REFUSED, 'hard', 5_500);
  expect(breaker.status(5_500)).toMatchObject({ state: 'open', reason: 'probe', k: 1, until: 16_500 });

  const leases = [0, 0, 0].map(() => breaker.ask(16_500, 5_000));
  for (const lease of leases) breaker.settle(lease, 'answer', 16_600);
  expect(breaker.status(16_600).state).toBe('closed');
  for (const at of [20_000, 20_001, 20_002, 20_003, 20_004]) attempt(at, 'hard');
  expect(breaker.status(20_004)).toMatchObject({ state: 'open', k: 2, until: 40_004 });
  expect(transitions.map(([to]) => to)).toEqual(['open', 'half_open', 'open', 'half_open', 'closed', 'open']);
});

test('mesh.G5: half of ten failing softly opens it on the tenth, not before', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 9; i++) attempt(i, i % 2 === 0 ? 'answer' : 'soft');
  expect(breaker.status(9).state).toBe('closed');
  attempt(9, 'soft');
  expect(breaker.status(9)).toMatchObject({ state: 'open', reason: 'rate' });
});

test('mesh.G6: eight slow of ten open it on the tenth', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 9; i++) attempt(i, i < 2 ? 'answer' : 'slow');
  expect(breaker.status(9).state).toBe('closed');
  attempt(9, 'slow');
  expect(breaker.status(9)).toMatchObject({ state: 'open', reason: 'slow' });
});

test('mesh.G7: void says nothing, soft does not end a run, the fifth hard opens it', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 4; i++) attempt(i, 'hard');
  for (let i = 0; i < 100; i++) attempt(10, 'void');
  attempt(11, 'soft');
  expect(breaker.status(11)).toMatchObject({ state: 'closed', run: 4, settled: 5 });
  attempt(12, 'hard');
  expect(breaker.status(12)).toMatchObject({ state: 'open', reason: 'run' });
});

test('mesh.G8: counts leave the window after ten whole seconds', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 4; i++) attempt(500, 'hard');
  for (let i = 0; i < 4; i++) attempt(600, 'answer');
  expect(breaker.status(9_999)).toMatchObject({ settled: 8, failed: 4 });
  expect(breaker.status(10_000)).toMatchObject({ settled: 0, failed: 0 });
});

test('mesh.G9: leases end by themselves, and a late answer on one changes nothing', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 5; i++) attempt(0, 'hard');
  const [first] = [0, 0, 0].map(() => breaker.ask(5_000, 1_000));
  expect(breaker.ask(5_500, 1_000)).toBe(REFUSED);
  expect(breaker.retryAfterMs(5_500)).toBe(500);
  const fourth = breaker.ask(6_000, 1_000);
  expect(fourth).not.toBe(REFUSED);
  breaker.settle(first ?? REFUSED, 'answer', 6_100);
  breaker.settle(fourth, 'void', 6_100);
  expect(breaker.status(6_100)).toMatchObject({ state: 'half_open', leases: 0, passed: 0 });
});

test('mesh.S3: a permit settles once, and one from before a transition changes nothing', () => {
  const { breaker, attempt } = watched();
  const stale = breaker.ask(0, 1_000);
  const twice = breaker.ask(0, 1_000);
  for (let i = 0; i < 3; i++) breaker.settle(twice, 'hard', 1);
  breaker.settle(12_345, 'hard', 1);
  expect(breaker.status(1)).toMatchObject({ settled: 1, run: 1 });
  for (let i = 0; i < 4; i++) attempt(2, 'hard');
  expect(breaker.status(2).state).toBe('open');
  breaker.settle(stale, 'answer', 3);
  expect(breaker.status(3)).toMatchObject({ state: 'open', settled: 5 });
});

test('a minute closed makes the next opening a first one again', () => {
  const { breaker, attempt } = watched();
  const trip = (at: number) => {
    for (let i = 0; i < 5; i++) attempt(at, 'hard');
  };
  trip(0);
  for (const lease of [0, 0, 0].map(() => breaker.ask(5_000, 1_000))) breaker.settle(lease, 'answer', 5_000);
  trip(65_000);
  expect(breaker.status(65_000)).toMatchObject({ state: 'open', k: 0, until: 70_000 });
});

type Step = { wait: number; ask: boolean; pick: number; outcome: Outcome };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    wait: fc.oneof(fc.nat(50), fc.nat(8_000)),
    ask: fc.boolean(),
    pick: fc.nat(9),
    outcome: fc.constantFrom<Outcome>('answer', 'slow', 'hard', 'hard', 'soft', 'void'),
  }),
  { maxLength: 150 },
);

/** Drives a breaker through random asks and settlements; `look` sees it after each step. */
function drive(breaker: Breaker, script: Step[], look: (now: number, settled: Outcome | undefined) => void): string[] {
  const held: number[] = [];
  const seen: string[] = [];
  let now = 0;
  for (const { wait, ask, pick, outcome } of script) {
    now += wait;
    const permit = held[pick];
    if (ask) held.unshift(breaker.ask(now, 1_000));
    else if (permit !== undefined) breaker.settle(permit, outcome, now);
    look(now, ask ? undefined : outcome);
    seen.push(JSON.stringify(breaker.status(now)));
  }
  return seen;
}

test('mesh.S1: equal inputs give equal states', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (script, seed) => {
      const run = () => drive(new Breaker(new SeededRandom(seed)), script, () => {});
      expect(run()).toEqual(run());
    }),
  );
});

test('mesh.S11, mesh.S13, mesh.S14, mesh.S15: only failures and slowness open it, probes are few, openings have their length, closings start empty', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (script, seed) => {
      const transitions: [BreakerState, TripReason | undefined][] = [];
      const breaker = new Breaker(new SeededRandom(seed), defaultBreaker, (to, why) => transitions.push([to, why]));
      drive(breaker, script, (now, settled) => {
        const status = breaker.status(now);
        expect(status.leases + status.passed).toBeLessThanOrEqual(3);
        for (const [to, why] of transitions.splice(0)) {
          if (to === 'closed') expect(status).toMatchObject({ settled: 0, failed: 0, slow: 0, run: 0 });
          if (to !== 'open') continue;
          expect(['hard', 'soft', 'slow', 'answer']).toContain(settled);
          expect(['run', 'rate', 'slow', 'probe']).toContain(why);
          if (why === 'run') expect(settled).toBe('hard');
          const step = Math.min(60_000, 5_000 * 2 ** status.k);
          expect(((status.until ?? 0) - now) / step).toBeGreaterThanOrEqual(0.8);
          expect(((status.until ?? 0) - now) / step).toBeLessThanOrEqual(1.2);
        }
      });
    }),
  );
});

test('what fails beside answers is no run, however much of it fails at once; what began after the last answer is', () => {
  const { breaker, attempt } = watched();
  const lost = Array.from({ length: 20 }, () => breaker.ask(0, 1_000));
  for (let i = 1; i <= 30; i++) attempt(i * 10, 'answer');
  for (const permit of lost) breaker.settle(permit, 'hard', 1_000);
  expect(breaker.status(1_000)).toMatchObject({ state: 'closed', run: 0, failed: 20 });
  for (let i = 0; i < 4; i++) attempt(1_001, 'hard');
  expect(breaker.status(1_001)).toMatchObject({ state: 'closed', run: 4 });
  attempt(1_002, 'hard');
  expect(breaker.status(1_002)).toMatchObject({ state: 'open', reason: 'run' });
});

test('an attempt at any time counts, also before the zero of the clock', () => {
  const { breaker, attempt } = watched();
  attempt(-1, 'answer');
  expect(breaker.status(-1)).toMatchObject({ settled: 1 });
});

test('mesh.S12: soft outcomes alone never make a run', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 9; i++) attempt(i, 'soft');
  expect(breaker.status(9)).toMatchObject({ state: 'closed', run: 0, failed: 9 });
});

test('mesh.G10: while suspect, two hard in a row open it', () => {
  const { breaker, attempt } = watched();
  breaker.suspect(true);
  attempt(0, 'hard');
  expect(breaker.status(0)).toMatchObject({ state: 'closed', suspect: true });
  attempt(1, 'hard');
  expect(breaker.status(1)).toMatchObject({ state: 'open', reason: 'run' });
});

test('mesh.S11, mesh.S30: a verdict alone opens nothing, and lifting it brings the old thresholds back', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 4; i++) attempt(i, 'hard');
  breaker.suspect(true);
  expect(breaker.status(4)).toMatchObject({ state: 'closed', run: 4 });
  breaker.suspect(false);
  attempt(5, 'answer');
  for (let i = 0; i < 4; i++) attempt(6 + i, 'soft');
  expect(breaker.status(10)).toMatchObject({ state: 'closed', settled: 9, failed: 8, suspect: false });
});

test('while suspect, two of four failing are enough', () => {
  const { breaker, attempt } = watched();
  breaker.suspect(true);
  for (const outcome of ['answer', 'soft', 'answer'] as const) attempt(0, outcome);
  expect(breaker.status(0).state).toBe('closed');
  attempt(0, 'soft');
  expect(breaker.status(0)).toMatchObject({ state: 'open', reason: 'rate' });
});

test('isolated, it refuses for ever, probes too; let go, it starts closed and empty', () => {
  const { breaker, attempt, transitions } = watched();
  attempt(0, 'hard');
  const before = breaker.ask(0, 1_000);
  breaker.override('isolate', 1);
  breaker.override('isolate', 2);
  expect([2, 5_001, 1e9].map((at) => breaker.ask(at, 1_000))).toEqual([REFUSED, REFUSED, REFUSED]);
  expect(breaker.status(1e9)).toMatchObject({ state: 'open', reason: 'isolate', until: undefined, k: 0 });
  expect([breaker.ready(1e9), breaker.retryAfterMs(1e9)]).toEqual([false, 5_000]);
  breaker.override(undefined, 1e9);
  breaker.settle(before, 'hard', 1e9);
  expect(breaker.status(1e9)).toMatchObject({ state: 'closed', settled: 0, run: 0, override: undefined });
  expect(transitions).toEqual([
    ['open', 'isolate'],
    ['closed', undefined],
  ]);
});

test('held, it lets all pass and goes on counting; let go, it starts empty', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 5; i++) attempt(0, 'hard');
  breaker.override('hold', 1);
  for (let i = 0; i < 50; i++) attempt(2, 'hard');
  expect(breaker.status(2)).toMatchObject({ state: 'closed', override: 'hold', settled: 50, failed: 50, run: 50 });
  breaker.override(undefined, 3);
  expect(breaker.status(3)).toMatchObject({ state: 'closed', settled: 0, run: 0 });
  for (let i = 0; i < 5; i++) attempt(4, 'hard');
  expect(breaker.status(4)).toMatchObject({ state: 'open', reason: 'run', k: 1 });
});

test('an attempt made in a panic is counted and changes no state', () => {
  const { breaker, attempt } = watched();
  for (let i = 0; i < 5; i++) attempt(0, 'hard');
  for (const outcome of ['answer', 'hard', 'slow', 'void'] as const) breaker.note(outcome, 1);
  expect(breaker.status(1)).toMatchObject({ state: 'open', until: 5_000, settled: 8, failed: 6, slow: 1 });
});

test('the profile seed judges no rates, not even while suspect, opens flat and probes once', () => {
  const { breaker, attempt } = watched([], seedBreaker);
  for (let i = 0; i < 100; i++) attempt(i, i % 4 === 3 ? 'answer' : 'hard');
  breaker.suspect(true);
  for (let i = 0; i < 100; i++) attempt(i, i % 2 === 0 ? 'slow' : 'soft');
  expect(breaker.status(100).state).toBe('closed');
  breaker.suspect(false);
  for (let i = 0; i < 5; i++) attempt(100, 'hard');
  expect(breaker.status(100)).toMatchObject({ state: 'open', until: 30_100 });
  const probe = breaker.ask(30_100, 1_000);
  expect(breaker.ask(30_100, 1_000)).toBe(REFUSED);
  breaker.settle(probe, 'hard', 30_100);
  expect(breaker.status(30_100)).toMatchObject({ state: 'open', k: 1, until: 60_100 });
  attempt(60_100, 'answer');
  expect(breaker.status(60_100).state).toBe('closed');
});

test('a model provider is left alone for a minute after three failures, five at most', () => {
  const { breaker, attempt } = watched([], modelBreaker);
  const untils: (number | undefined)[] = [];
  let now = 0;
  for (let i = 0; i < 3; i++) attempt(now, 'hard');
  for (let i = 0; i < 4; i++) {
    const { until } = breaker.status(now);
    untils.push(until === undefined ? undefined : until - now);
    now = until ?? now;
    attempt(now, 'hard');
  }
  expect(untils).toEqual([60_000, 120_000, 240_000, 300_000]);
});
