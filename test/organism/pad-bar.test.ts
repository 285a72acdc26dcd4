import type { OutputWindow } from '@seedcore/contracts';
import { padV1, padV2 } from '@seedcore/service-ml/pad';
import { measuringSet, type Transcript, windowAt } from '@seedcore/service-ml/transcripts';
import { judgeOutput, PAD_LIMITS, type PadScore, unjudged, wouldCount } from '@seedcore/service-organism/pad';
import { expect, test } from 'vitest';

/** What managers do, in virtual time: a look every 2 s. */
const EVERY_MS = 2000;
const IN_TIME_MS = 30_000;

type Rule = (window: OutputWindow) => PadScore;

/** When a run would have been ended, in ms; undefined when it would not. */
function endOf(transcript: Transcript, rule: Rule): number | undefined {
  let judgement = unjudged;
  const last = transcript.said.at(-1)?.atMs ?? 0;
  for (let ageMs = EVERY_MS; ageMs <= last + EVERY_MS; ageMs += EVERY_MS) {
    const { told, ...window } = windowAt(transcript, ageMs);
    if (!wouldCount(judgement, { ageMs, segments: told })) continue;
    const judged = judgeOutput(judgement, { ageMs, segments: told, score: rule(window) }, PAD_LIMITS);
    if (judged.finding?.act === 'kill') return ageMs;
    judgement = judged.judgement;
  }
  return undefined;
}

/** Of runs that were healthy until then the share that was ended, and of loops and divergence the share found in time. */
function measured(transcripts: readonly Transcript[], rule: Rule) {
  const ends = transcripts.map((transcript) => ({ ...transcript, endMs: endOf(transcript, rule) }));
  const early = ends.filter(({ endMs, onsetMs }) => endMs !== undefined && (onsetMs === undefined || endMs < onsetMs));
  const sought = ends.filter(({ fault }) => fault === 'loop' || fault === 'divergence');
  const found = sought.filter(({ endMs = -1, onsetMs = 0 }) => endMs >= onsetMs && endMs - onsetMs <= IN_TIME_MS);
  return { falseKills: early.length / transcripts.length, found: found.length / sought.length };
}

test('organism.A7 ml.A15: PAD v2 ends at most 2 % of healthy runs and finds 90 % of loops and divergence within 30 s', () => {
  const transcripts = measuringSet(1);
  expect(transcripts.length).toBeGreaterThanOrEqual(200);
  const [v1, v2] = [measured(transcripts, padV1), measured(transcripts, padV2)];
  console.log(
    `PAD over ${transcripts.length} transcripts of seed 1: v1 ${JSON.stringify(v1)}, v2 ${JSON.stringify(v2)}`,
  );
  expect(v2.falseKills).toBeLessThanOrEqual(0.02);
  expect(v2.found).toBeGreaterThanOrEqual(0.9);
});
