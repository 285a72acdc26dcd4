import type { EvolutionRecord } from '@seedcore/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvolutionBed, type Measured } from '../testing/evolution-bed.ts';

const OPS = ['split', 'merge', 'clone', 'retire'] as const;
type Op = (typeof OPS)[number];
const fates = ['die', 'die_after'] as const;

/** Organs that an evolution made and that were taken back stay, as names whose work is another's. */
const lived = (membership: Awaited<ReturnType<EvolutionBed['membership']>>) =>
  membership.filter(({ heir, agents }) => heir === undefined || agents.length > 0);

async function play(op: Op, measured: Measured, deaths = new Map<number, (typeof fates)[number]>()) {
  const bed = new EvolutionBed(measured, deaths);
  await bed.start();
  const before = await bed.membership();
  await bed.begin({ op });
  const record = await bed.end();
  await bed.clock.advance(30_000);
  return { bed, before, record, after: await bed.membership() };
}

describe.each(OPS)('organism.A20: a %s', (op) => {
  test('that was measured to pay is accepted', async () => {
    const { record, before, after, bed } = await play(op, -1);
    expect(record).toMatchObject({ state: 'accepted', delta_E_measured: -1 });
    expect(lived(after)).not.toEqual(before);
    expect(bed.ended.map(({ state }) => state)).toEqual(['accepted']);
  });

  test.each<[string, Measured]>([
    ['that was measured to lose', 1],
    ['that gained less than it must', -1e-9],
    ['that was not measured', null],
    ['that energy says nothing of', 'away'],
  ])('%s is taken back to the exact membership', async (_, measured) => {
    const { record, before, after, bed } = await play(op, measured);
    expect(record).toMatchObject({ state: 'rolled_back', why: expect.any(String) });
    expect(lived(after)).toEqual(before);
    expect(bed.ended.map(({ state }) => state)).toEqual(['rolled_back']);
  });

  test('whoever drives it may die at any write: another goes on, and the end is the same', async () => {
    for (const measured of [-1, null]) {
      const calm = await play(op, measured);
      for (const [i, write] of calm.bed.writes.entries())
        for (const fate of fates) {
          const struck = await play(op, measured, new Map([[i + 1, fate]]));
          expect(struck.bed.died).toBe(1);
          expect(struck.record?.state, `${fate} at ${i + 1}: ${write}`).toBe(calm.record?.state);
          expect(struck.after, `${fate} at ${i + 1}: ${write}`).toEqual(calm.after);
        }
    }
  });
});

test('organism.A20: several deaths change nothing either', async () => {
  const calm = await play('split', null);
  const at = fc.integer({ min: 1, max: 2 * calm.bed.writes.length });
  const deaths = fc.array(fc.tuple(at, fc.constantFrom(...fates)), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(deaths, async (drawn) => {
      const { record, after } = await play('split', null, new Map(drawn));
      expect(record?.state).toBe('rolled_back');
      expect(after).toEqual(calm.after);
    }),
    { numRuns: 8 },
  );
});

describe('organism.A20: an organ', () => {
  test('has one evolution at a time, whether it leads it or is only concerned', async () => {
    const bed = new EvolutionBed(-1);
    await bed.start();
    const src_organs = ['rest'];
    const params = { k: 2, move_fraction: 0.5, src_organs };
    expect(await bed.begin({ op: 'split' }, 'ev1')).toEqual({});
    expect(await bed.begin({ op: 'clone' }, 'ev2')).toEqual({ running: { evolution_id: 'ev1', organ_id: 'a' } });
    await bed.clock.advance(5000); // now it is there
    const other = await bed.begin({ op: 'clone', organ_id: 'a_2', params }, 'ev3');
    expect(other).toEqual({ running: { evolution_id: 'ev1', organ_id: 'a_2' } });
    expect(await bed.begin({ op: 'merge', organ_id: 'b', params }, 'ev4')).toEqual({});
    expect(await bed.end()).toMatchObject({ evolution_id: 'ev1', state: 'accepted' });
    expect(await bed.begin({ op: 'clone' }, 'ev5')).toEqual({});
  });

  test('of two who want it at once one gets it', async () => {
    const bed = new EvolutionBed(-1);
    await bed.start();
    const two = await Promise.all([bed.begin({ op: 'split' }, 'ev1'), bed.begin({ op: 'merge' }, 'ev2')]);
    expect(two.filter(({ running }) => running === undefined)).toHaveLength(1);
  });
});

test('organism.A20: what cannot be taken back is told, and left alone', async () => {
  const bed = new EvolutionBed(null);
  await bed.start();
  await bed.begin({ op: 'split' });
  await bed.clock.advance(8000);
  await bed.removeAgent('a_agent_2');
  const record: EvolutionRecord | undefined = await bed.end();
  expect(record).toMatchObject({ state: 'rollback_failed', why: 'a_agent_2 is gone' });
  const left = await bed.membership();
  await bed.clock.advance(60_000);
  expect(await bed.membership()).toEqual(left);
});
