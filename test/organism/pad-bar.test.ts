import type { OutputWindow } from '@seedcore/contracts';
import { padV1, padV2 } from '@seedcore/service-ml/pad';
import { measuringSet, type Transcript, windowAt } from '@seedcore/service-ml/transcripts';
import { judgeOutput, PAD_LIMITS, type PadScore, unjudged, wouldCount } from '@seedcore/service-organism/pad';
import { expect, test } from 'vitest';

/** What managers do, in virtual time: a look every 2 s. */
const EVERY_MS = 2000;
const IN_TIME_MS = 30_000;

/** What is wanted, as shares of healthy runs and of loops and divergence. */
const WANTED = { falseKills: 0.02, found: 0.9 };
/** Just under the 109 of 128 that were found when it was measured: one fewer, and something has become worse. */
const FOUND_FLOOR = 0.85;

type Rule = (window: OutputWindow) => PadScore;
/** A run, and when it would have been ended, in ms; undefined when it would not. */
type Judged = Transcript & { readonly endMs: number | undefined };

/** What managers would have come to. */
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

const isSought = ({ fault }: Transcript): boolean => fault === 'loop' || fault === 'divergence';

const isInTime = ({ endMs = -1, onsetMs = 0 }: Judged): boolean => endMs >= onsetMs && endMs - onsetMs <= IN_TIME_MS;

/** How many of some runs there are, and of how many something is true. */
type Count = { readonly n: number; readonly of: number };

const count = (runs: readonly Judged[], is: (run: Judged) => boolean): Count => ({
  n: runs.filter(is).length,
  of: runs.length,
});

/**
 * Of healthy runs how many were ended, of faulty ones how many before their fault had begun, and of loops and divergence how many
 * were found in time, also by kind.
 */
function measured(transcripts: readonly Transcript[], rule: Rule) {
  const runs = transcripts.map((transcript) => ({ ...transcript, endMs: endOf(transcript, rule) }));
  const sought = runs.filter(isSought);
  const byKind = [...Map.groupBy(sought, ({ kind }) => kind)].map(
    ([kind, some]) => [kind, count(some, isInTime)] as const,
  );
  return {
    falseKills: count(
      runs.filter(({ fault }) => fault === undefined),
      ({ endMs }) => endMs !== undefined,
    ),
    early: count(
      runs.filter(({ fault }) => fault !== undefined),
      ({ endMs, onsetMs = 0 }) => endMs !== undefined && endMs < onsetMs,
    ),
    found: count(sought, isInTime),
    byKind: new Map(byKind),
  };
}

type Measured = ReturnType<typeof measured>;

const ofAnotherJob = ({ byKind }: Measured): Count => byKind.get('other_work') ?? { n: 0, of: 0 };
const share = ({ n, of }: Count): number => n / of;
const shown = (one: Count): string => `${one.n}/${one.of} (${(100 * share(one)).toFixed(1)} %)`;

function figures({ falseKills, early, found, byKind }: Measured): string {
  const kinds = [...byKind].map(([kind, one]) => `${kind} ${one.n}/${one.of}`).join(', ');
  return `false kills ${shown(falseKills)}, ended before the fault ${shown(early)}, found ${shown(found)}: ${kinds}`;
}

const transcripts = measuringSet(1);
const [v1, v2] = [measured(transcripts, padV1), measured(transcripts, padV2)];

test('organism.A7 ml.A15: PAD v2 ends at most 2 % of healthy runs, and of faulty ones before their fault', () => {
  expect(transcripts.length).toBeGreaterThanOrEqual(200);
  expect(share(v2.falseKills)).toBeLessThanOrEqual(WANTED.falseKills);
  expect(share(v2.early)).toBeLessThanOrEqual(WANTED.falseKills);
});

test('organism.A7 ml.A15, NOT MET: 90 % of loops and divergence are to be found within 30 s, PAD v2 finds 85 %: of another job 0 of 16', () => {
  const wanted = `wanted: false kills ≤ ${100 * WANTED.falseKills} %, found ≥ ${100 * WANTED.found} %`;
  const verdict = `NOT reached by v2: found ${shown(v2.found)}, for of another job it finds ${shown(ofAnotherJob(v2))}`;
  console.log(
    [
      `PAD, ${transcripts.length} transcripts of seed 1; ${wanted}`,
      verdict,
      `v1 ${figures(v1)}`,
      `v2 ${figures(v2)}`,
    ].join('\n'),
  );
  expect(share(v2.found)).toBeGreaterThanOrEqual(FOUND_FLOOR);
  // Keeps the name of this test true: whoever recognises another job measures anew, and asserts what is wanted.
  expect(ofAnotherJob(v2)).toEqual({ n: 0, of: 16 });
});
