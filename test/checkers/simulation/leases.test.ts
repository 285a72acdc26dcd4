import { forSeeds, SeededRandom } from '@seedcore/protocol/testing';
import { Belief } from '@seedcore/store/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { unfencedEffects } from '../store-fencing.ts';
import { sharedBeliefs, shrinkingEpochs, vacancies } from '../store-leases.ts';
import { renewsWithoutTtl } from './plants.ts';
import { type LeasePlant, type LeaseRun, simulateLeases, TTL_MS } from './simulate-leases.ts';

const SEEDS = 60;
/** faults.md promises that each planted bug is caught within this many seeds. */
const CAUGHT_WITHIN = 500;

afterEach(() => void vi.restoreAllMocks());

const checkLeases = ({ beliefs, effects, quietFrom: from, until }: LeaseRun): readonly string[] => [
  ...sharedBeliefs(beliefs),
  ...shrinkingEpochs(beliefs),
  ...unfencedEffects(effects),
  ...vacancies(beliefs, { from, until, longestMs: TTL_MS + 1000 }),
];

test('store.S3, S4, S12: hold in every simulated run', async () => {
  const sum = { slow: 0, lostAnswer: 0, refusedWritten: 0, outage: 0, holders: 0, fenced: 0 };
  await forSeeds(SEEDS, async (random) => {
    const run = await simulateLeases(random);
    expect(checkLeases(run)).toEqual([]);
    for (const what of ['slow', 'lostAnswer', 'refusedWritten', 'outage'] as const) sum[what] += run.trouble[what];
    sum.holders += run.beliefs.length;
    sum.fenced += run.effects.filter(({ taken }) => !taken).length;
  });
  console.log(`over ${SEEDS} seeds: ${JSON.stringify(sum)}`);
  expect(sum.holders).toBeGreaterThan(2 * SEEDS);
  for (const [what, times] of Object.entries(sum)) expect(`${what} ${times > 0}`).toBe(`${what} true`);
});

/** Planted bug: belief is counted from the answer to a renewal, not from its sending. */
function believesFromAnswers(): void {
  const renew = Belief.prototype.renew;
  vi.spyOn(Belief.prototype, 'renew').mockImplementation(function (this: Belief) {
    renew.call(this, this.mark());
  });
}

/** Planted bug: only the monotonic clock is asked, which stands still while the machine sleeps. */
function believesByOneClock(): void {
  const mark = Belief.prototype.mark;
  vi.spyOn(Belief.prototype, 'mark').mockImplementation(function (this: Belief) {
    return { ...mark.call(this), wall: Number.POSITIVE_INFINITY };
  });
}

const none = () => undefined;
const planted: readonly (readonly [string, RegExp, () => void, LeasePlant])[] = [
  ['renew without TTL', /store\.S12/, none, { broker: renewsWithoutTtl }],
  ['self-stop from answer time instead of send time', /store\.S3/, believesFromAnswers, {}],
  ['self-stop by the monotonic clock alone', /store\.S3/, believesByOneClock, {}],
  ['fence only on the sender', /store\.S12/, none, { receiverFences: false }],
];

test.each(planted)('the checkers catch the planted bug: %s', async (_what, names, begin, plant) => {
  begin();
  let seed = 0;
  let found: readonly string[] = [];
  while (found.length === 0 && seed < CAUGHT_WITHIN) {
    seed += 1;
    found = checkLeases(await simulateLeases(new SeededRandom(seed), plant)).filter((wrong) => names.test(wrong));
  }
  console.log(`seed ${seed}: ${found[0]}`);
  expect(found).not.toEqual([]);
});
