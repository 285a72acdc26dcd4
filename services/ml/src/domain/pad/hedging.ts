/** Segments judged. */
const WINDOW = 8;
/** Segments without evidence that are thought to stand beside them, half of them sure. */
const PRIOR_SEGMENTS = 1;

const EN =
  /maybe|perhaps|possibly|probably|presumably|might|could be|may be|i (think|guess|suppose)|not (quite |entirely |really |so )?(sure|certain|clear)|unsure|uncertain|unclear|hard to (say|tell)|no idea|(don't|do not|can't|cannot) (really )?(know|tell|say|decide)|who knows|i wonder|i doubt|either way|or (maybe|perhaps) not|second thoughts?/;
const RU =
  /может быть|возможно|вероятно|наверное|наверно|пожалуй|кажется|похоже|видимо|вроде( бы)?|предположительно|не ?(совсем |очень |вполне )?(уверен|уверена|уверены|ясно|понятно|знаю|знаем|факт)|непонятно|неясно|сомневаюсь|сомнения|сомнительно|трудно (сказать|понять)|сложно (сказать|понять)|кто знает|не исключено|скорее всего|а может|думаю/;
const HEDGE = new RegExp(`(?<![\\p{L}])(${EN.source}|${RU.source})(?![\\p{L}])`, 'u');

/** Whether a sentence leaves open whether it is so, in English or Russian. */
export const hedges = (text: string): boolean => HEDGE.test(text.toLowerCase().replaceAll('’', "'"));

/** What is known of how sure the last eight segments are. */
export type Sureness = {
  /** Share of segments that hedge, in [0, 1]; undefined without segments. */
  readonly hedged: number | undefined;
  /** Geometric mean of the probabilities of the tokens, in (0, 1]; undefined when they are not known. */
  readonly likely: number | undefined;
  /** How sure, in [0, 1]. */
  readonly sure: number;
};

/**
 * How sure of itself output is: one less the share of segments that hedge, beside one segment of no evidence; with the
 * probabilities of its tokens, the mean of both; 0.5 when nothing is known.
 */
export function sureness(segments: readonly string[], logprobs: readonly number[] = []): Sureness {
  const last = segments.slice(-WINDOW);
  const hedging = last.filter(hedges).length;
  const worded = (PRIOR_SEGMENTS / 2 + last.length - hedging) / (PRIOR_SEGMENTS + last.length);
  const hedged = last.length === 0 ? undefined : hedging / last.length;
  if (logprobs.length === 0) return { hedged, likely: undefined, sure: worded };
  const likely = Math.exp(logprobs.reduce((sum, one) => sum + one, 0) / logprobs.length);
  return { hedged, likely, sure: hedged === undefined ? likely : (worded + likely) / 2 };
}
