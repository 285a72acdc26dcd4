import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ancestorsOf, plan as planSchema } from './plan.ts';
import { planStep, type StepSeen } from './plan-step.ts';

type Draft = {
  id: string;
  depends_on?: string[];
  compensation?: object;
  optional?: boolean;
  requires_approval?: boolean;
};

const task = { type: 'demo' };
const planOf = (steps: Draft[], max_parallel = 4) =>
  planSchema.parse({ steps: steps.map((step) => ({ task, ...step })), max_parallel });
const seen = (all: Record<string, Partial<StepSeen>>) =>
  new Map(Object.entries(all).map(([id, one]) => [id, { work: 'absent', undo: 'absent', ...one } as StepSeen]));

const diamond = planOf([
  { id: 'a', compensation: task },
  { id: 'b', depends_on: ['a'], compensation: task },
  { id: 'c', depends_on: ['a'], compensation: task },
  { id: 'd', depends_on: ['b', 'c'] },
]);

test('what depends on nothing starts, then what depends on it, side by side', () => {
  expect(planStep(diamond, seen({}))).toMatchObject({ start: ['a'], undo: [], asks: [] });
  expect(planStep(diamond, seen({ a: { work: 'running' } }))).toMatchObject({ finished: false, start: [] });
  expect(planStep(diamond, seen({ a: { work: 'ok' } }))).toMatchObject({ start: ['b', 'c'] });
  expect(planStep(diamond, seen({ a: { work: 'ok' }, b: { work: 'ok' } }))).toMatchObject({ start: ['c'] });
});

test('after a failure what was done is undone, the latest first', () => {
  const ended = (second: number) => ({ work: 'ok' as const, endedAt: `2026-01-01T00:00:0${second}Z` });
  const now = { a: ended(1), b: ended(3), c: ended(2), d: { work: 'failed' as const } };
  expect(planStep(diamond, seen(now))).toMatchObject({ start: [], undo: ['b'] });
  expect(planStep(diamond, seen({ ...now, b: { ...ended(3), undo: 'running' } }))).toMatchObject({ undo: [] });
  expect(planStep(diamond, seen({ ...now, b: { ...ended(3), undo: 'failed' } }))).toMatchObject({ undo: ['c'] });
  const undone = {
    a: { ...ended(1), undo: 'ok' as const },
    b: { ...ended(3), undo: 'failed' as const },
    c: { ...ended(2), undo: 'ok' as const },
  };
  const end = planStep(diamond, seen({ ...now, ...undone }));
  expect(end).toMatchObject({ finished: true, ok: false });
  expect(end.finished && Object.fromEntries(end.steps)).toEqual({
    a: 'undone',
    b: 'undo_failed',
    c: 'undone',
    d: 'failed',
  });
});

test('while one still runs nothing is undone yet', () => {
  const now = { a: { work: 'ok' as const }, b: { work: 'failed' as const }, c: { work: 'running' as const } };
  expect(planStep(diamond, seen(now))).toEqual({ finished: false, start: [], undo: [], asks: [] });
});

test('an optional step may fail; what depends on it is skipped', () => {
  const plan = planOf([{ id: 'a', optional: true }, { id: 'b', depends_on: ['a'] }, { id: 'c' }]);
  const end = planStep(plan, seen({ a: { work: 'failed' }, c: { work: 'ok' } }));
  expect(end.finished && [end.ok, Object.fromEntries(end.steps)]).toEqual([
    true,
    { a: 'failed', b: 'skipped', c: 'ok' },
  ]);
});

test('a step that has to be approved asks, starts when it was, and has failed when it was refused', () => {
  const plan = planOf([{ id: 'a' }, { id: 'b', depends_on: ['a'], requires_approval: true }]);
  expect(planStep(plan, seen({}))).toMatchObject({ start: ['a'], asks: [] });
  expect(planStep(plan, seen({ a: { work: 'ok' } }))).toMatchObject({ start: [], asks: ['b'] });
  expect(planStep(plan, seen({ a: { work: 'ok' }, b: { approved: true } }))).toMatchObject({ start: ['b'], asks: [] });
  const refused = planStep(plan, seen({ a: { work: 'ok' }, b: { approved: false } }));
  expect(refused.finished && [refused.ok, Object.fromEntries(refused.steps)]).toEqual([
    false,
    { a: 'ok', b: 'failed' },
  ]);
});

test.each<[string, Draft[], (string | number)[]]>([
  ['a step twice', [{ id: 'a' }, { id: 'a' }], ['steps', 1, 'id']],
  ['a dependency that is not there', [{ id: 'a', depends_on: ['b'] }], ['steps', 0, 'depends_on', 0]],
  ['a step that waits for itself', [{ id: 'a', depends_on: ['a'] }], ['steps', 0, 'depends_on']],
  [
    'a circle',
    [
      { id: 'a', depends_on: ['b'] },
      { id: 'b', depends_on: ['a'] },
    ],
    ['steps', 0, 'depends_on'],
  ],
])('a plan with %s is refused, and the place is named', (_name, steps, path) => {
  const checked = planSchema.safeParse({ steps: steps.map((step) => ({ task, ...step })) });
  expect(checked.error?.issues[0]?.path).toEqual(path);
});

test('a value is taken only from a step before', () => {
  const taking = (from: string) => ({ type: 'demo', params: { list: [{ deep: { $from: from, path: '/x' } }] } });
  const steps = [
    { id: 'a', task },
    { id: 'b', task: taking('c') },
    { id: 'c', task, depends_on: ['a'] },
  ];
  const issues = planSchema.safeParse({ steps }).error?.issues ?? [];
  expect(issues.map(({ path }) => path)).toEqual([['steps', 1, 'task', 'params']]);
  const undoing = { id: 'b', task: taking('a'), depends_on: ['a'], compensation: taking('b') };
  expect(planSchema.safeParse({ steps: [{ id: 'a', task }, undoing] }).success).toBe(true);
});

test('P1 to P4 hold for every plan, whatever its tasks come to and in whatever order they end', () => {
  const draft = fc.array(
    fc.record({
      up: fc.array(fc.nat(15), { maxLength: 3 }),
      undo: fc.boolean(),
      optional: fc.boolean(),
      ask: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(
      draft,
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(99), { minLength: 200, maxLength: 200 }),
      (drafts, most, draws) => {
        const steps = drafts.map(({ up, undo, optional, ask }, i) => ({
          id: `s${i}`,
          depends_on: [...new Set(up.filter((other) => other < i).map((other) => `s${other}`))],
          ...(undo ? { compensation: task } : {}),
          optional,
          requires_approval: ask,
        }));
        const plan = planOf(steps, most);
        const now = new Map<string, StepSeen>(steps.map(({ id }) => [id, { work: 'absent', undo: 'absent' }]));
        const log: string[] = [];
        let clock = 0;
        const draw = () => draws[clock++ % draws.length] ?? 0;
        const change = (id: string, to: Partial<StepSeen>) => now.set(id, { ...(now.get(id) as StepSeen), ...to });
        for (let turn = 0; turn < 200; turn++) {
          const decision = planStep(plan, now);
          expect(planStep(plan, now)).toEqual(decision);
          const failed = steps.some(({ id, optional }) => now.get(id)?.work === 'failed' && !optional);
          if (decision.finished) {
            expect([...decision.steps.keys()]).toEqual(steps.map(({ id }) => id));
            expect([...now.values()].some(({ work, undo }) => work === 'running' || undo === 'running')).toBe(false);
            const undone = log.filter((line) => line.startsWith('undo '));
            const done = log.filter((line) => line.startsWith('ok '));
            const reversed = done.map((line) => line.slice(3)).toReversed();
            expect(undone.map((line) => line.slice(5))).toEqual(
              failed || !decision.ok ? reversed.filter((id) => steps.find((step) => step.id === id)?.compensation) : [],
            );
            return;
          }
          for (const id of decision.start) {
            expect(now.get(id)?.work).toBe('absent');
            for (const above of ancestorsOf(plan.steps, id)) expect(now.get(above)?.work).toBe('ok');
            expect(failed).toBe(false);
            change(id, { work: 'running' });
          }
          for (const id of decision.undo) {
            expect(now.get(id)).toMatchObject({ work: 'ok', undo: 'absent' });
            log.push(`undo ${id}`);
            change(id, { undo: 'running' });
          }
          for (const id of decision.asks) if (draw() < 80) change(id, { approved: draw() < 85 });
          const running = steps.filter(({ id }) => now.get(id)?.work === 'running');
          expect(running.length).toBeLessThanOrEqual(most);
          const ends = running[draw() % Math.max(1, running.length)];
          if (ends !== undefined) {
            const ok = draw() < 85;
            if (ok) log.push(`ok ${ends.id}`);
            change(ends.id, { work: ok ? 'ok' : 'failed', endedAt: String(1_000 + clock) });
          }
          const undoing = steps.find(({ id }) => now.get(id)?.undo === 'running');
          if (undoing !== undefined) change(undoing.id, { undo: draw() < 80 ? 'ok' : 'failed' });
        }
        throw new Error('the plan did not come to an end');
      },
    ),
    { numRuns: 500 },
  );
});
