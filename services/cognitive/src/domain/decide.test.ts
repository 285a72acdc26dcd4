import type { Criterion, DecisionContext, Option } from '@seedcore/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DecisionRules, decide, type Ranked } from './decide.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;
const rules: DecisionRules = { holdAllowed: true, nowMs: NOW };
const option = (id: string, more: Partial<Option> = {}): Option => ({ id, reversible: true, ...more });
const gain: Criterion = { id: 'gain', weight: 1, direction: 'max', range: [0, 1] };
const context = (options: Option[], criteria: Criterion[] = []): DecisionContext => ({
  question: 'q',
  options,
  criteria,
});
const chosen = (of: DecisionContext, more: Partial<DecisionRules> = {}) =>
  decide(of, { ...rules, ...more })?.chosen?.option.id;
const find = (ranking: readonly Ranked[] | undefined, id: string) => ranking?.find((ranked) => ranked.option.id === id);

const tuning = context(
  [
    option('submit_tuning', { scores: { gain: 0.03, gpu_s: 1800 }, risk: 0.2 }),
    option('submit_retrain', { scores: { gain: 0.07, gpu_s: 5400 }, risk: 0.2 }),
  ],
  [
    { id: 'gain', weight: 0.6, direction: 'max', range: [0, 0.1] },
    { id: 'gpu_s', weight: 0.4, direction: 'min', range: [0, 7200] },
  ],
);
const counts = { submit_tuning: { successes: 6, failures: 1 }, submit_retrain: { successes: 2, failures: 3 } };

test('the worked example: history outweighs a better base', () => {
  const choice = decide(tuning, { ...rules, history: { counts } });
  const [first, second] = choice?.ranking ?? [];
  expect(choice?.chosen?.option.id).toBe('submit_tuning');
  expect(first?.base.base).toBeCloseTo(0.48, 12);
  expect(second?.base.base).toBeCloseTo(0.52, 12);
  expect(first?.history.posterior).toEqual({ alpha: 7, beta: 2 });
  expect(first?.score).toBeCloseTo(0.514, 3);
  expect(second?.score).toBeCloseTo(0.462, 3);
  expect(choice?.margin).toBeCloseTo(0.052, 3);
  expect(choice?.confidence).toBeCloseTo(0.728, 3);
  expect(choice?.requiresConfirmation).toBe(false);
});

test('without history the criteria decide', () => {
  expect(chosen(tuning)).toBe('submit_retrain');
});

test('an outcome of 14 days weighs half', () => {
  const outcomes = [
    { option_id: 'a', success: true, at: new Date(NOW).toISOString() },
    { option_id: 'a', success: false, at: new Date(NOW - 14 * DAY).toISOString() },
  ];
  const ranked = decide(context([option('a')]), { ...rules, history: { outcomes } })?.ranking[0];
  expect(ranked?.history).toEqual({ posterior: { alpha: 2, beta: 1.5 }, n: 1.5, worked: 1, runs: 2 });
});

test('without a range the offered extremes are 0 and 1', () => {
  const offered = context(
    [option('a', { scores: { x: 10 } }), option('b', { scores: { x: 20 } }), option('c', { scores: { x: 30 } })],
    [{ id: 'x', weight: 1, direction: 'min' }],
  );
  const ranking = decide(offered, rules)?.ranking;
  expect(ranking?.map((ranked) => [ranked.option.id, ranked.base.base])).toEqual([
    ['a', 1],
    ['b', 0.5],
    ['c', 0],
  ]);
});

test('a missing score counts as one half and widens the variance by w² / 12', () => {
  const ranked = decide(context([option('a', { risk: 0 })], [gain]), rules)?.ranking[0];
  expect(ranked?.base).toMatchObject({ base: 0.5, missing: ['gain'] });
  expect(ranked?.variance).toBeCloseTo(1 / 12 + 0.0025, 12);
});

test('the risk of what cannot be undone counts twice', () => {
  const ranked = (reversible: boolean) =>
    decide(context([option('a', { risk: 0.5, reversible, scores: { gain: 1 } })], [gain]), rules)?.ranking[0]?.score;
  expect(ranked(true)).toBeCloseTo(0.9, 12);
  expect(ranked(false)).toBeCloseTo(0.8, 12);
});

test('a broken bound vetoes; with every option vetoed it holds, or finds no admissible option', () => {
  const bounded: Criterion = { ...gain, required_min: 0.5 };
  const offered = context([option('a', { scores: { gain: 0.9 } }), option('b', { scores: { gain: 0.1 } })], [bounded]);
  expect(find(decide(offered, rules)?.ranking, 'b')?.base.vetoedBy).toEqual(['gain']);
  expect(chosen(offered)).toBe('a');
  const bad = context([option('b', { scores: { gain: 0.1 } })], [bounded]);
  expect(decide(bad, rules)?.hold).toBe('all_vetoed');
  expect(decide(bad, { ...rules, holdAllowed: false })).toBeUndefined();
});

test('nothing known: hold with confidence 0; where holding is not allowed, the first', () => {
  const blank = context([option('a'), option('b')]);
  expect(decide(blank, rules)).toMatchObject({ hold: 'nothing_known', confidence: 0, chosen: undefined });
  expect(decide(blank, { ...rules, holdAllowed: false })).toMatchObject({
    confidence: 0,
    chosen: { option: { id: 'a' } },
  });
});

test('a best below 0.45, or an irreversible one that leads by less than 0.02, is held', () => {
  expect(decide(context([option('a', { scores: { gain: 0.44 } })], [gain]), rules)?.hold).toBe('low_score');
  const close = context(
    [option('a', { scores: { gain: 0.6 }, reversible: false }), option('b', { scores: { gain: 0.59 } })],
    [gain],
  );
  expect(decide(close, rules)?.hold).toBe('thin_margin');
});

test('an irreversible choice of low confidence or high risk asks for confirmation', () => {
  const clear = (risk: number) =>
    context(
      [option('a', { scores: { gain: 1 }, reversible: false, risk }), option('b', { scores: { gain: 0.1 } })],
      [gain],
    );
  expect(decide(clear(0), rules)?.requiresConfirmation).toBe(false);
  expect(decide(clear(0.5), rules)?.requiresConfirmation).toBe(true);
});

test('ties fall to measured success, then lower cost, then the order offered', () => {
  const same = [option('a', { scores: { gain: 0.7 }, cost: 5 }), option('b', { scores: { gain: 0.7 }, cost: 3 })];
  const fared = { a: { successes: 20, failures: 0 }, b: { successes: 0, failures: 20 } };
  expect(chosen(context(same, [gain]), { history: { counts: fared } })).toBe('a');
  expect(chosen(context(same, [gain]))).toBe('b');
  expect(
    chosen(
      context(
        same.map(({ cost: _cost, ...rest }) => rest),
        [gain],
      ),
    ),
  ).toBe('a');
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const scores = fc.record({ x: share, y: share }, { requiredKeys: [] });
const anyOption = fc.record(
  { scores, risk: share, cost: share, reversible: fc.boolean() },
  { requiredKeys: ['reversible'] },
);
const anyCriterion = (id: string) =>
  fc
    .record(
      {
        weight: share,
        direction: fc.constantFrom('max' as const, 'min' as const),
        required_min: share,
        required_max: share,
      },
      { requiredKeys: ['weight', 'direction'] },
    )
    .map((rest): Criterion => ({ id, ...rest }));
const anyContext = fc
  .tuple(fc.array(anyOption, { minLength: 1, maxLength: 8 }), anyCriterion('x'), anyCriterion('y'))
  .map(([options, x, y]) =>
    context(
      options.map((rest, i) => ({ id: `o${i}`, ...rest })),
      [x, y],
    ),
  );

test('a decision is always an offered, admissible option or hold, and its figures are in range', () => {
  fc.assert(
    fc.property(anyContext, fc.boolean(), (offered, holdAllowed) => {
      const choice = decide(offered, { ...rules, holdAllowed });
      if (choice === undefined) return !holdAllowed;
      expect(choice.ranking.every((ranked) => ranked.score >= 0 && ranked.score <= 1)).toBe(true);
      expect(choice.confidence).toBeGreaterThanOrEqual(0);
      expect(choice.confidence).toBeLessThanOrEqual(0.95);
      if (!holdAllowed) expect(choice.hold).toBeUndefined();
      return choice.chosen === undefined ? choice.hold !== undefined : choice.chosen.base.vetoedBy.length === 0;
    }),
    { numRuns: 1000 },
  );
});

test('the scores do not depend on the order of the options', () => {
  fc.assert(
    fc.property(anyContext, (offered) => {
      const turned = { ...offered, options: [...offered.options].reverse() };
      const ranked = (of: DecisionContext) =>
        (decide(of, rules)?.ranking ?? []).map(({ option: { id }, score }) => [id, score]).sort();
      expect(ranked(turned)).toEqual(ranked(offered));
    }),
  );
});

test('raising a max score within a fixed range never lowers that option', () => {
  fc.assert(
    fc.property(share, share, share, (low, high, other) => {
      const scoreAt = (value: number) =>
        find(
          decide(
            context([option('a', { scores: { gain: value } }), option('b', { scores: { gain: other } })], [gain]),
            rules,
          )?.ranking,
          'a',
        )?.score ?? 0;
      expect(scoreAt(Math.max(low, high))).toBeGreaterThanOrEqual(scoreAt(Math.min(low, high)));
    }),
  );
});
