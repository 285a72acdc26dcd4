import { describe, expect, test } from 'vitest';
import { storeJournal } from '../../adapters/store-journal.ts';
import type { SkillContext } from '../../skill/skill-context.ts';
import { BAD, byWords, manage } from '../../testing/managed.ts';
import { WatchedBed } from '../../testing/watched-bed.ts';
import { skillOf, submitAll, viewsOf } from '../../testing/watched-work.ts';

const MINUTES = 60_000;
/** As long as a run may last and be silent. */
const LONG = { limits: { timeoutMs: 60 * MINUTES, silentMs: 10 * MINUTES, memoryMb: 16 } };

/** Says eight things, then each of these, one every two seconds, and then nothing for a long time. */
const says = (words: readonly string[]) => async (context: SkillContext) => {
  for (let i = 0; i < 8; i++) {
    context.progress(`warm up ${i}`);
    await context.pause(4000);
  }
  for (const [i, word] of words.entries()) {
    context.progress(`${word} ${i}`);
    await context.pause(2000);
  }
  await context.pause(60 * MINUTES);
};

/** Until all that `says` begins with is said. */
const WARM_MS = 32_000;

const samplesOf = (metrics: { text(): string }, name: string) =>
  metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith(name) && !line.startsWith('#'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

describe('organism.A9: what ends a run', () => {
  const played = async (words: readonly string[], more: Parameters<typeof manage>[2] = {}) => {
    const bed = new WatchedBed();
    const replica = await bed.replica('one', [skillOf('talks', says(words), LONG)], 1);
    const managers = manage(replica, bed, more);
    const tasks = await submitAll(bed, 'talks', 1, { description: 'count the words', hints: { max_attempts: 2 } });
    await bed.clock.advance(WARM_MS + 2000 * words.length);
    return { bed, replica, managers, tasks };
  };

  test('one bad window, sampled a hundred times, ends nothing', async () => {
    const { bed, replica } = await played(['bad']);
    const counted = samplesOf(replica.metrics, 'eros_pad_samples_total{verdict="stall"}');
    await bed.clock.advance(200_000);
    expect(bed.told).toEqual([]);
    expect([counted, samplesOf(replica.metrics, 'eros_pad_samples_total{verdict="stall"}')]).toEqual([1, 1]);
    expect(bed.managers.warned).toEqual([]);
  });

  test('bad and good in turn, two of five, warn and end nothing', async () => {
    const { bed } = await played(Array.from({ length: 8 }, () => ['bad', 'good', 'bad', 'good', 'good']).flat());
    expect(bed.told).toEqual([]);
    expect(bed.managers.warned.length).toBeGreaterThan(0);
    expect(bed.managers.warned[0]).toMatchObject({ manager_id: 'o-m0', reason: 'stall', pad: { version: 2, a: 0.95 } });
  });

  test('three bad windows of five end it as `pad`, with the segments that show it; the next run knows', async () => {
    const corrections: unknown[] = [];
    const bed = new WatchedBed();
    const talks = skillOf('talks', (context) => {
      corrections.push(context.correction);
      return says(context.attempt === 1 ? ['good', 'bad', 'good', 'bad', 'bad', 'bad'] : ['good'])(context);
    });
    const replica = await bed.replica('one', [{ ...talks, ...LONG }], 1);
    manage(replica, bed);
    const tasks = await submitAll(bed, 'talks', 1);
    await bed.clock.advance(WARM_MS + 20_000);
    const [view] = await viewsOf(tasks, 1);
    expect(view?.attempts[0]).toMatchObject({ outcome: 'killed', error: { details: { kind: 'pad' } } });
    expect(bed.told).toHaveLength(1);
    expect(bed.told[0]).toMatchObject({
      ...{ manager_id: 'o-m0', kind: 'pad', reason: 'stall', next: 'respawn', stopped_by: 'agent' },
      ...{ evidence: [10, 12, 13], pleasure: 0.6, arousal: 0.95, dominance: 0.9, pad_version: 2 },
      mgr_epoch: bed.managers.last('o-m0')?.mgr_epoch,
    });
    expect(corrections).toEqual([
      undefined,
      {
        kind: 'pad',
        reason: 'stall',
        pad: { ...BAD, version: 2 },
        last_segments_digest: 'good 0 | bad 1 | good 2 | bad 3 | bad 4',
      },
    ]);
    const { records } = await storeJournal(bed.process('reader').store).read();
    expect(records).toEqual(bed.told);
  });

  test('the rule that does not act is only counted; the other way round where an organ wants it', async () => {
    const words = ['v1', 'v1', 'v1', 'v1'];
    const shadow = await played(words);
    expect(shadow.bed.told).toEqual([]);
    expect(samplesOf(shadow.replica.metrics, 'eros_shadow_kills_total{version="1"}')).toBe(1);
    const acting = await played(words, { pad: { version: 1, P: 0.2, A: 0.8, D: 0.3 } });
    expect(acting.bed.told[0]).toMatchObject({ kind: 'pad', pad_version: 1 });
    expect(samplesOf(acting.replica.metrics, 'eros_shadow_kills_total')).toBe(0);
  });

  test('without scores there is no sample, and the pulse says so', async () => {
    const { bed, replica } = await played(['bad', 'bad', 'bad', 'bad'], { scores: { of: async () => undefined } });
    await bed.clock.advance(5000);
    expect([bed.told, samplesOf(replica.metrics, 'eros_pad_samples_total')]).toEqual([[], 0]);
    expect(bed.managers.last('o-m0')).toMatchObject({ health: 'degraded', reasons: ['no_scores'] });
  });
});

describe('organism.A10, the second half: a manager is killed', () => {
  test('another one goes on within 25 s from what was said before; nobody is killed twice, no deadline moved', async () => {
    const bed = new WatchedBed();
    const calm = says([...Array(20).fill('good'), ...Array(300).fill('bad')]);
    const host = await bed.replica('host', [skillOf('talks', calm, LONG)], 10);
    const first = await bed.replica('first', [], 0);
    const held = manage(first, bed, { hosts: [host] });
    await bed.clock.advance(2000);
    const second = await bed.replica('second', [], 0);
    const next = manage(second, bed, { hosts: [host] });
    const deadline_at = new Date(bed.clock.wallMs() + 300_000).toISOString();
    const tasks = await submitAll(bed, 'talks', 10, { hints: { max_attempts: 1 }, deadline_at });
    expect([held.ids, next.ids]).toEqual([['o-m0'], []]);
    const before = bed.managers.last('o-m0')?.mgr_epoch ?? 0;
    // Two of three bad windows were seen by the one that dies.
    await bed.clock.advance(WARM_MS + 20 * 2000 + 2000);
    await first.freeze();
    expect(bed.told).toEqual([]);
    const frozenAt = bed.clock.wallMs();
    await bed.clock.advance(25_000);
    const views = await viewsOf(tasks, 10);
    for (const view of views) {
      expect(view?.attempts.map(({ outcome }) => outcome)).toEqual(['killed']);
      expect(Date.parse(view?.attempts[0]?.ended_at ?? '') - frozenAt).toBeLessThanOrEqual(25_000);
      expect(view?.deadline_at).toBe(deadline_at);
    }
    await bed.clock.advance(10_000);
    expect(new Set(bed.told.map(({ task_id }) => task_id)).size).toBe(10);
    expect(bed.told).toHaveLength(10);
    expect(bed.counted.filter((what) => what === 'killed pad')).toHaveLength(10);
    expect(next.ids).toEqual(['o-m0']);
    expect(Math.min(...bed.told.map(({ mgr_epoch }) => mgr_epoch ?? 0))).toBeGreaterThan(before);
  });

  test('one whose lease is over ends nothing, and a host that ignores a verdict is not needed', async () => {
    const bed = new WatchedBed();
    const host = await bed.replica('host', [skillOf('talks', says(Array(300).fill('bad')), LONG)], 1);
    const judge = await bed.replica('judge', [], 0);
    manage(judge, bed, { hosts: [host] });
    await submitAll(bed, 'talks', 1, { hints: { max_attempts: 1 } });
    // The wire of the host is cut towards it alone: it tells what it runs, and hears no verdict.
    host.deafen();
    await bed.clock.advance(WARM_MS + 20_000);
    expect(bed.told).toHaveLength(1);
    expect(bed.told[0]).toMatchObject({ kind: 'pad', stopped_by: 'fence', manager_id: 'o-m0' });
  });

  test('gives its managers back when it goes, and whoever comes has its share', async () => {
    const bed = new WatchedBed();
    const host = await bed.replica('host', [skillOf('talks', says(['good']), LONG)], 30);
    const one = await bed.replica('one', [], 0);
    const first = manage(one, bed, { hosts: [host] });
    await bed.clock.advance(10_000);
    expect(first.ids).toHaveLength(3);
    const late = await bed.replica('late', [], 0);
    const second = manage(late, bed, { hosts: [host] });
    await bed.clock.advance(30_000);
    // Three replicas are known, so that one is the share of each; the host never takes its own.
    expect([...first.ids, ...second.ids].sort()).toEqual(['o-m0', 'o-m1', 'o-m2']);
    expect(second.ids.length).toBeGreaterThan(0);
    await bed.passing(first.stop());
    await bed.clock.advance(10_000);
    expect(second.ids).toHaveLength(3);
  });
});

test('scores are asked for once for all runs of a manager', async () => {
  const bed = new WatchedBed();
  const replica = await bed.replica('one', [skillOf('talks', says(['good', 'good']), LONG)], 10);
  const asked: number[] = [];
  const scores = {
    of: (windows: Parameters<typeof byWords.of>[0]) => {
      asked.push(windows.length);
      return byWords.of(windows);
    },
  };
  manage(replica, bed, { scores });
  await submitAll(bed, 'talks', 10);
  await bed.clock.advance(WARM_MS + 10_000);
  expect(Math.max(...asked)).toBe(10);
  expect(asked.length).toBeLessThan(12);
});
