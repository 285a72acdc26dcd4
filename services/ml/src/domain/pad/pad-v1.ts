import type { OutputWindow, PadDiagnosis, PadV1 } from '@seedcore/contracts';

/** Segments looked at, and segments of which one has to differ from the others. */
const WINDOW = 5;
const DIFFERENT = 3;
const TROUBLE = ['error', 'failed', 'retry', 'trying again', 'unable'];
const SUCCESS = ['completed', 'success', 'done', 'processed'];
const DOUBT = ['maybe', 'might', 'uncertain', 'not sure', 'trying'];

/**
 * The first rule, kept as a yardstick: which of a few words occur, anywhere in the last five segments, at least once.
 *
 * With T these segments in lower case, joined by spaces, and G the goal in lower case, both also as sets of what stands
 * between white space: `p = min(1, |G ∩ T| / max(|G|, 1))`; `a = min(1, 0.2 × words of trouble in T + 0.4 if the last three of
 * at least three segments are not all different)`; `d = (words of success − words of doubt / 2) / 5`, within [0, 1].
 *
 * @returns healthy when p > 0.2, a < 0.8 and d > 0.3; else with the first limit that is reached
 */
export function padV1({ goal, segments }: Pick<OutputWindow, 'goal' | 'segments'>): PadV1 {
  const text = segments.slice(-WINDOW).join(' ').toLowerCase();
  const score = { p: sharedTokens(goal.toLowerCase(), text), a: agitation(text, segments), d: confidence(text) };
  const diagnosis = diagnose(score);
  return { ...score, healthy: diagnosis === undefined, ...(diagnosis === undefined ? {} : { diagnosis }) };
}

const tokensOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/u).filter((token) => token !== ''));

const occurring = (words: readonly string[], text: string): number =>
  words.filter((word) => text.includes(word)).length;

function sharedTokens(goal: string, text: string): number {
  const [wanted, said] = [tokensOf(goal), tokensOf(text)];
  const both = [...wanted].filter((token) => said.has(token)).length;
  return Math.min(1, both / Math.max(wanted.size, 1));
}

function agitation(text: string, segments: readonly string[]): number {
  const last = segments.slice(-DIFFERENT);
  const repeats = last.length === DIFFERENT && new Set(last).size < DIFFERENT;
  return Math.min(1, 0.2 * occurring(TROUBLE, text) + (repeats ? 0.4 : 0));
}

function confidence(text: string): number {
  return Math.min(1, Math.max(0, (occurring(SUCCESS, text) - occurring(DOUBT, text) / 2) / 5));
}

function diagnose({ p, a, d }: Pick<PadV1, 'p' | 'a' | 'd'>): PadDiagnosis | undefined {
  if (p <= 0.2) return 'divergence';
  if (a >= 0.8) return 'stall';
  return d <= 0.3 ? 'uncertainty' : undefined;
}
