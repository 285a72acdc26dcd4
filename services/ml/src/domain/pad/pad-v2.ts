import type { OutputWindow, PadV2 } from '@seedcore/contracts';
import { agitation } from './agitation.ts';
import { goalSimilarity } from './goal-similarity.ts';
import { sureness } from './hedging.ts';

/** What a score is without evidence. */
const NEUTRAL = 0.5;

/**
 * The second rule: `p` is the larger of how near the goal the window is and of the share of acceptance checks that are met,
 * `a` how agitated and stuck it is, `d` how sure; each 0.5 without evidence.
 */
export function padV2({ goal, segments, events, logprobs, acceptance }: OutputWindow): PadV2 {
  const troubled = new Set(
    (events ?? []).flatMap(({ kind, segments_ago }) =>
      kind === 'progress' ? [] : [segments.length - 1 - segments_ago],
    ),
  );
  const near = goalSimilarity(goal, segments, troubled);
  const met = acceptance && acceptance.filter(Boolean).length / acceptance.length;
  const { trouble, circling, late, agitated } = agitation({ segments, events });
  const { hedged, likely, sure } = sureness(segments, logprobs);
  const evidence = [
    piece('goal', near),
    piece('acceptance', met),
    piece('events', trouble),
    piece('repetition', circling),
    piece('progress', late),
    piece('hedging', hedged),
    piece('logprobs', likely),
  ].flat();
  return { p: Math.max(near ?? NEUTRAL, met ?? 0), a: agitated, d: sure, evidence };
}

type Piece = PadV2['evidence'][number];

const piece = (kind: Piece['kind'], value: number | undefined): Piece[] =>
  value === undefined ? [] : [{ kind, value }];
