import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Judged, judgeOutput, type PadSample, unjudged, wouldCount } from './judge-output.ts';
import { PAD_LIMITS } from './pad-limits.ts';

const GOOD = { p: 0.6, a: 0.1, d: 0.9 };
const BAD = { p: 0.6, a: 0.9, d: 0.9 };

/** What each of a row of samples came to. */
function judged(samples: readonly PadSample[]): readonly Judged[] {
  let judgement = unjudged;
  return samples.map((sample) => {
    const one = judgeOutput(judgement, sample, PAD_LIMITS);
    judgement = one.judgement;
    return one;
  });
}

/** Scores one segment apart, from the twentieth on, of a run that is warm. */
const inTurn = (scores: readonly PadSample['score'][]): readonly PadSample[] =>
  scores.map((score, i) => ({ score, segments: 20 + i, ageMs: 60_000 + 2000 * i }));

const findings = (samples: readonly PadSample[]) => judged(samples).flatMap(({ finding }) => finding ?? []);

describe('organism.A9, what counts', () => {
  test('one bad window sampled a hundred times ends nothing', () => {
    const samples = Array.from({ length: 100 }, (_, i) => ({ score: BAD, segments: 9, ageMs: 40_000 + 2000 * i }));
    expect(findings(samples)).toEqual([]);
    expect(judged(samples).filter(({ verdict }) => verdict === 'stall')).toHaveLength(1);
  });

  test('two bad of any five in turn warn and end nothing', () => {
    const rounds = Array.from({ length: 20 }, () => [BAD, GOOD, BAD, GOOD, GOOD]).flat();
    const found = findings(inTurn(rounds));
    expect(found.map(({ act }) => act)).toContain('warn');
    expect(found.map(({ act }) => act)).not.toContain('kill');
  });

  test('three different bad windows of five end the run once, with a diagnosis and the segments that show it', () => {
    const found = findings(inTurn([GOOD, BAD, GOOD, BAD, BAD, BAD, BAD]));
    expect(found).toEqual([
      { act: 'warn', diagnosis: 'stall', score: BAD, evidence: [21, 23] },
      { act: 'kill', diagnosis: 'stall', score: BAD, evidence: [21, 23, 24] },
    ]);
  });

  test('who was warned and went well is warned again, not twice for the same', () => {
    const acts = findings(inTurn([BAD, BAD, GOOD, GOOD, GOOD, GOOD, BAD, BAD, GOOD])).map(({ act }) => act);
    expect(acts).toEqual(['warn', 'warn']);
  });
});

describe('warm-up by evidence', () => {
  test.each([
    ['eight segments, however young', { segments: 8, ageMs: 1000 }, true],
    ['seven of a young run', { segments: 7, ageMs: 29_999 }, false],
    ['three of one 30 s old', { segments: 3, ageMs: 30_000 }, true],
    ['two, however old', { segments: 2, ageMs: 600_000 }, false],
  ])('%s', (_, progress, counts) => {
    expect(wouldCount(unjudged, progress)).toBe(counts);
  });

  test('a young run is judged mildly', () => {
    const [young] = judged([{ score: BAD, segments: 8, ageMs: 10_000 }]);
    const [older] = judged([{ score: BAD, segments: 8, ageMs: 20_000 }]);
    expect([young?.verdict, older?.verdict]).toEqual(['healthy', 'stall']);
  });
});

test('whatever is fed, a run is ended by three unhealthy samples of five that counted, each with segments of its own', () => {
  const share = fc.constantFrom(0, 0.2, 0.3, 0.5, 0.8, 1);
  const step = fc.record({ p: share, a: share, d: share, more: fc.nat(2), ms: fc.nat(9000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [segments, ageMs] = [0, 0];
      const samples = steps.map(({ more, ms, ...score }) => {
        segments += more;
        ageMs += ms;
        return { score, segments, ageMs };
      });
      const all = judged(samples);
      const counted = all.flatMap(({ verdict }, i) =>
        verdict === 'uncounted' ? [] : [{ verdict, segment: samples[i]?.segments ?? 0 }],
      );
      for (const [i, { segment }] of counted.entries()) expect(segment).toBeGreaterThan(counted[i - 1]?.segment ?? 2);
      const unhealthyTo = (end: number) =>
        counted.slice(Math.max(0, end - 5), end).filter(({ verdict }) => verdict !== 'healthy');
      const firstEnd = counted.findIndex((_, i) => unhealthyTo(i + 1).length >= 3);
      const kills = all.flatMap(({ finding }) => (finding?.act === 'kill' ? [finding] : []));
      expect(kills).toHaveLength(firstEnd < 0 ? 0 : 1);
      if (firstEnd < 0) return;
      expect(counted).toHaveLength(firstEnd + 1);
      expect(kills[0]?.evidence).toEqual(unhealthyTo(firstEnd + 1).map(({ segment }) => segment));
    }),
  );
});
