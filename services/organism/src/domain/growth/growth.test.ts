import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Finished, newStanding, type Standing } from '../standing.ts';
import { StandingLedger } from '../standing-ledger.ts';
import { numbersOf, vectorOf } from './float-vector.ts';
import { grow, growing } from './grow.ts';
import { type Grown, lifecycleAfter } from './lifecycle.ts';
import { noRuns, topShare, withRun } from './recent-runs.ts';
import { rolesAfter } from './roles.ts';
import { projection, termsOf } from './task-terms.ts';

const third = 1 / 3;
const roles = { e: third, s: third, o: third };
const ok: Finished = { end: 'ok', quality: null, skill: 'wait', role: 'E', terms: ['wait'], ms: 100, atMs: 1000 };
const grown = (runs: readonly Finished[], from: Standing = newStanding) =>
  runs.reduce((now, run) => grow(now, run, { roles, bornMs: 0 }), growing(from)).standing;
const hOf = ({ h }: Standing) => (h === null ? expect.fail('no h') : numbersOf(h));
const blocks = (h: readonly number[]) => [h.slice(0, 64), h.slice(64, 88), h.slice(88, 112), h.slice(112)];

describe('roles', () => {
  test('move a fiftieth of the way to the role of what was done well', () => {
    const p = rolesAfter({ e: 0.2, s: 0.3, o: 0.5 }, 'S');
    expect(p.e).toBeCloseTo(0.196, 12);
    expect(p.s).toBeCloseTo(0.314, 12);
    expect(p.o).toBeCloseTo(0.49, 12);
  });

  test('stay shares, none below 0.02, whatever is done and however often', () => {
    const start = fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)).filter((parts) => Math.max(...parts) > 0);
    const runs = fc.array(fc.constantFrom('E' as const, 'S' as const, 'O' as const), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(start, runs, ([e, s, o], done) => {
        const sum = e + s + o;
        const p = done.reduce(rolesAfter, { e: e / sum, s: s / sum, o: o / sum });
        expect(p.e + p.s + p.o).toBeCloseTo(1, 9);
        expect(Math.min(p.e, p.s, p.o)).toBeGreaterThanOrEqual(0.02 - 1e-12);
      }),
    );
  });

  test('are left alone by a failure', () => {
    expect(grown([{ ...ok, end: 'error' }]).p).toEqual(roles);
  });
});

describe('lifecycle', () => {
  test.each<[Grown, number, number, number, Grown]>([
    ['employed', 0.66, 10, 0, 'scout'],
    ['employed', 0.65, 10, 0, 'employed'],
    ['employed', 0.9, 9, 1, 'employed'],
    ['scout', 0.55, 99, 1, 'scout'],
    ['scout', 0.549, 99, 1, 'employed'],
    ['scout', 0.81, 50, 0.6, 'specialist'],
    ['scout', 0.81, 49, 1, 'scout'],
    ['scout', 0.81, 50, 0.59, 'scout'],
    ['specialist', 0.7, 50, 0, 'specialist'],
    ['specialist', 0.699, 50, 1, 'scout'],
  ])('%s at c %d after %d attempts with %d of one type: %s', (now, c, n, share, next) => {
    expect(lifecycleAfter(now, { c, n, share })).toBe(next);
  });

  test('fifty good runs of one skill make a specialist, and failures an employee again', () => {
    const special = grown(Array.from({ length: 60 }, () => ok));
    expect(special.lifecycle).toBe('specialist');
    expect(
      grown(
        Array.from({ length: 10 }, () => ({ ...ok, end: 'error' as const })),
        special,
      ).lifecycle,
    ).toBe('employed');
  });

  test('two kinds of work in turn make no specialist', () => {
    const runs = Array.from({ length: 100 }, (_, i) => ({ ...ok, skill: i % 2 ? 'wait' : 'sum' }));
    expect(grown(runs).lifecycle).toBe('scout');
  });
});

test('the last hundred runs are remembered', () => {
  let runs = noRuns;
  for (let i = 0; i < 150; i++) runs = withRun(runs, { skill: i < 90 ? 'a' : 'b', ms: i });
  expect(runs.ms).toHaveLength(100);
  expect(topShare(runs, 150)).toBeCloseTo(0.6, 12);
  expect(topShare(noRuns, 0)).toBe(0);
  expect(topShare(withRun(noRuns, { skill: 'a', ms: 1 }), 50)).toBeCloseTo(0.02, 12);
});

describe('h', () => {
  test('is null until the first attempt has ended, and then 128 long', () => {
    expect(newStanding.h).toBeNull();
    expect(grown([{ ...ok, end: 'cancelled' }]).h).toBeNull();
    expect(grown([ok]).h?.dim).toBe(128);
  });

  test('has blocks of length one or zero, whatever happened', () => {
    const run = fc.record({
      end: fc.constantFrom('ok' as const, 'error' as const, 'killed' as const, 'timeout' as const),
      quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      skill: fc.constantFrom('wait', 'sum', 'fetch'),
      role: fc.constantFrom('E' as const, 'S' as const, 'O' as const),
      terms: fc.array(fc.string(), { maxLength: 8 }),
      ms: fc.nat(1_000_000),
      atMs: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 20 }), (runs) => {
        for (const block of blocks(hOf(grown(runs)))) {
          const norm = Math.hypot(...block);
          expect(norm < 1e-6 || Math.abs(norm - 1) < 1e-5).toBe(true);
        }
      }),
    );
  });

  test('tells tasks that share words from those that do not', () => {
    const [same, other] = [
      ['fetch', 'page', 'weather'],
      ['fold', 'paper', 'crane'],
    ];
    const near = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    const [base = []] = blocks(hOf(grown([{ ...ok, terms: ['fetch', 'page', 'news'] }])));
    const [alike = []] = blocks(hOf(grown([{ ...ok, terms: same }])));
    const [unlike = []] = blocks(hOf(grown([{ ...ok, terms: other }])));
    expect(near(base, alike)).toBeGreaterThan(near(base, unlike) + 0.3);
  });

  test('moves a tenth of the way with each task', () => {
    const first = grown([ok]);
    const [then = [], now = []] = [first, grown([{ ...ok, terms: ['sum'] }], first)].map((one) => blocks(hOf(one))[0]);
    const [target = []] = blocks(hOf(grown([{ ...ok, terms: ['sum'] }])));
    const mixed = then.map((value, i) => 0.9 * value + 0.1 * (target[i] ?? 0));
    const norm = Math.hypot(...mixed);
    for (const [i, value] of now.entries()) expect(value).toBeCloseTo((mixed[i] ?? 0) / norm, 5);
  });

  test('is the same everywhere', () => {
    expect(projection(['wait']).slice(0, 8)).toEqual(projection(['wait']).slice(0, 8));
    expect(projection(['wait']).every((value) => Math.abs(value) === 1)).toBe(true);
    expect(termsOf('wait', { a: 'One two', b: [{ c: 'ONE' }, 3], d: null })).toEqual(['wait', 'one', 'two']);
    expect(
      termsOf('x', { text: 'w '.repeat(5) + Array.from({ length: 500 }, (_, i) => `t${i}`).join(' ') }),
    ).toHaveLength(64);
  });

  test('travels as floats and comes back', () => {
    expect(numbersOf(vectorOf([1, 0.5, -0.25]))).toEqual([1, 0.5, -0.25]);
    expect(vectorOf([1, 0])).toEqual({ dim: 2, f32: 'AACAPwAAAAA=' });
    expect(() => numbersOf({ dim: 3, f32: 'AACAPwAAAAA=' })).toThrow(RangeError);
  });
});

describe('the ledger', () => {
  test('grows from what state says, with what happened before state said it', () => {
    const ledger = new StandingLedger({ roles });
    ledger.finished(ok);
    ledger.loaded({ ...newStanding, lifecycle: 'scout', c: { value: 0.9, n: 49 }, p: { e: 0.1, s: 0.1, o: 0.8 } });
    expect(ledger.standing).toMatchObject({ lifecycle: 'scout', c: { n: 50 }, skills: { wait: 1 } });
    expect(ledger.standing.p?.e).toBeCloseTo(0.118, 12);
  });

  test('follows roles that somebody else has set, and tells nobody', () => {
    const ledger = new StandingLedger({ roles });
    ledger.loaded(newStanding);
    ledger.rolesSet({ e: 1, s: 0, o: 0 });
    expect(ledger.unsaved).toBeUndefined();
    expect(ledger.standing.p).toEqual({ e: 1, s: 0, o: 0 });
  });
});
