import { SeededRandom } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { Pool, type PoolInstance } from './pool.ts';

const OLD = 60_000;
const routable = (...ids: string[]): readonly PoolInstance[] => ids.map((id) => ({ id, standing: 'routable' }));

/** A pool whose members are past their slow start, and everybody was just measured at `ms`. */
function pool(speeds: Readonly<Record<string, number>>) {
  const made = new Pool(new SeededRandom(3));
  made.assign(routable(...Object.keys(speeds)), 0);
  const visit = (id: string, ms: number, outcome: 'answer' | 'hard' | 'soft' | 'void' = 'answer', now = OLD) => {
    for (let i = 0; i < 100; i++) {
      const member = made.choose(now);
      if (member?.id !== id) continue;
      made.leave(
        { member: member, permit: made.enter(member, now, 5_000) },
        { outcome, elapsedMs: ms, budgetMs: 5_000 },
        now,
      );
      return;
    }
    throw new Error(`${id} is never chosen`);
  };
  for (const [id, ms] of Object.entries(speeds)) visit(id, ms);
  const shares = (now: number, n = 1_000) => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < n; i++) {
      const id = made.choose(now)?.id ?? 'none';
      counts[id] = (counts[id] ?? 0) + 1;
    }
    return counts;
  };
  return { pool: made, visit, shares };
}

describe('a pool', () => {
  test('chooses nobody while there are fewer than two', () => {
    const { choose, assign } = bound(new Pool(new SeededRandom(1)));
    expect(choose(0)).toBeUndefined();
    assign(routable('a'), 0);
    expect(choose(0)).toBeUndefined();
    assign(
      [
        { id: 'a', standing: 'routable' },
        { id: 'b', standing: 'draining' },
      ],
      0,
    );
    expect(choose(0)).toBeUndefined();
  });

  test('prefers the fast and never starves the slow of two draws', () => {
    const { shares } = pool({ a: 10, b: 10, c: 10, d: 400 });
    const counts = shares(OLD + 1);
    expect(counts['d'] ?? 0).toBe(0);
    expect(Math.min(counts['a'] ?? 0, counts['b'] ?? 0, counts['c'] ?? 0)).toBeGreaterThan(200);
  });

  test('asks whoever nothing was heard of for ten seconds, one attempt at a time', () => {
    const { pool: made, shares } = pool({ a: 10, b: 10, c: 10, d: 400 });
    for (const id of ['a', 'b', 'c']) {
      const member = [...Array(100)].map(() => made.choose(OLD + 9_000)).find((one) => one?.id === id);
      if (member)
        made.leave(
          { member: member, permit: made.enter(member, OLD + 9_000, 5_000) },
          { outcome: 'answer', elapsedMs: 10, budgetMs: 5_000 },
          OLD + 9_000,
        );
    }
    const stale = [...Array(10)].map(() => made.choose(OLD + 10_000)).find((one) => one?.id === 'd');
    if (stale === undefined) throw new Error('d was not asked');
    const visit = { member: stale, permit: made.enter(stale, OLD + 10_000, 5_000) };
    expect(shares(OLD + 10_000)['d'] ?? 0).toBe(0);
    made.leave(visit, { outcome: 'answer', elapsedMs: 9, budgetMs: 5_000 }, OLD + 10_001);
    expect(shares(OLD + 10_002)['d'] ?? 0).toBeLessThan(1_000);
  });

  test('a newcomer gets work at once, however fast the others are', () => {
    const { pool: made } = pool({ a: 1, b: 1 });
    made.assign(routable('a', 'b', 'new'), OLD);
    expect([1, 2, 3].map(() => made.choose(OLD)?.id)).toContain('new');
  });

  test('leaves out the one whose breaker is open, and sends its probes before anything else', () => {
    const { pool: made, visit, shares } = pool({ a: 10, b: 10, c: 10 });
    const at = OLD + 50_000;
    for (let i = 1; i <= 5; i++) visit('a', 10, 'hard', OLD + i * 10_000);
    expect(shares(at + 1)['a']).toBeUndefined();
    expect(made.status(at).find(({ id }) => id === 'a')).toMatchObject({ standing: 'ejected' });
    for (let i = 0; i < 3; i++) {
      const member = made.choose(at + 6_001);
      expect(member?.id).toBe('a');
      if (member)
        made.leave(
          { member: member, permit: made.enter(member, at + 6_001, 5_000) },
          { outcome: 'answer', elapsedMs: 9, budgetMs: 5_000 },
          at + 6_001,
        );
    }
    expect(made.status(at + 6_002).find(({ id }) => id === 'a')).toMatchObject({ standing: 'routable' });
  });

  test('a choice elsewhere is never the one excepted', () => {
    const { pool: made } = pool({ a: 10, b: 10 });
    const a = made.choose(OLD + 1);
    for (let i = 0; i < 20; i++) expect(made.choose(OLD + 1, { except: a })?.id).not.toBe(a?.id);
  });

  test('a refusal counts as full until the instance says otherwise', () => {
    const { pool: made, visit } = pool({ a: 10, b: 10 });
    visit('a', 1, 'soft', OLD + 1);
    const load = () => made.status(OLD + 2).find(({ id }) => id === 'a')?.load;
    expect(load()).toBe(1);
    made.report('a', { inFlight: 5, limit: 20 }, OLD + 2);
    expect(load()).toBe(0.25);
    made.report('stranger', { inFlight: 5, limit: 20 }, OLD + 2);
  });

  test('one that left is forgotten; what was still in flight there ends without harm', () => {
    const { pool: made } = pool({ a: 10, b: 10, c: 10 });
    const member = made.choose(OLD + 1);
    if (member === undefined) throw new Error('nobody');
    const visit = { member: member, permit: made.enter(member, OLD + 1, 5_000) };
    made.assign(routable(...['a', 'b', 'c'].filter((id) => id !== member.id)), OLD + 2);
    made.leave(visit, { outcome: 'hard', elapsedMs: 9, budgetMs: 5_000 }, OLD + 3);
    expect(made.status(OLD + 3)).toHaveLength(2);
  });
});

const bound = (one: Pool) => ({ choose: one.choose.bind(one), assign: one.assign.bind(one) });
