import type { Attempt, Write } from './store-history.ts';

/** Sendings whose answer hid the truth: the broker refused them, or said nothing, and the write is in the log. */
export function hiddenWrites(attempts: readonly Attempt[], log: readonly Write[]): Record<'refused' | 'none', number> {
  const written = new Set(log.map(({ writeId }) => writeId));
  const count = (answer: Attempt['answer']) =>
    attempts.filter((one) => one.answer === answer && written.has(one.writeId)).length;
  return { refused: count('refused'), none: count('none') };
}
