import type { RunSegment } from '@seedcore/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputWindow } from './output-window.ts';
import { KEPT_SEGMENTS, pastCuts, withSegments } from './segment-window.ts';

const said = (seq: number, at_ms = 1000 * seq, more: Partial<RunSegment> = {}): RunSegment => ({
  ...{ task_id: 't', attempt: 1, epoch: 5, seq, at_ms, note: `note ${seq}` },
  ...more,
});

test('segments are taken in whatever order and however often they come, the newest hundred', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 80 }), { maxLength: 6 }), (parts) => {
      const known = parts.reduce<readonly RunSegment[]>(
        (all, part) =>
          withSegments(
            all,
            part.map((seq) => said(seq)),
          ),
        [],
      );
      const seqs = known.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      expect(seqs.length).toBeLessThanOrEqual(KEPT_SEGMENTS);
      const all = parts.flat();
      if (all.length > 0) expect(seqs.at(-1)).toBe(Math.max(...all));
    }),
  );
});

test('whoever comes late makes up for the last five samples, the whole of it last', () => {
  const segments = Array.from({ length: 20 }, (_, n) => said(n + 1));
  const cuts = pastCuts(segments, 25_000);
  expect(cuts.map((cut) => [cut.segments.length, cut.ageMs])).toEqual([
    [13, 13_000],
    [15, 15_000],
    [17, 17_000],
    [19, 19_000],
    [20, 25_000],
  ]);
  expect(pastCuts([], 1000)).toEqual([]);
});

test('a window has the newest forty, and tells of progress and of tools that failed', () => {
  const segments = [
    said(1, 1000, { pct: 0.5 }),
    ...Array.from({ length: 39 }, (_, n) => said(n + 2)),
    said(41, 41_000, { pct: 0.4 }),
    said(42, 42_000, { pct: 0.6, tool: 'search', result: { error: 'no' } }),
  ];
  const { goal, segments: notes, events } = outputWindow('g'.repeat(9000), segments, 43_000);
  expect([goal.length, notes.length, notes[0], notes.at(-1)]).toEqual([8000, 40, 'note 3', 'note 42']);
  expect(events).toEqual([
    { kind: 'progress', segments_ago: 0, age_ms: 1000 },
    { kind: 'error', segments_ago: 0, age_ms: 1000 },
  ]);
});
