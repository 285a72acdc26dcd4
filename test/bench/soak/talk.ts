import { z } from 'zod';
import { census } from './census.ts';

/** What the measuring process asks: go on at a rate, finish what is under way, or count. */
export const question = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('go'), rate: z.number() }),
  z.object({ ask: z.literal('rest') }),
  z.object({ ask: z.literal('census') }),
]);

/** What the measuring process asks. */
export type Question = z.infer<typeof question>;

/** How calls ended so far, by code. */
export const ends = z.record(z.string(), z.number());

/** What a process under test says. */
export const saying = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready') }),
  z.object({ say: z.literal('done') }),
  z.object({ say: z.literal('census'), census, ends }),
  z.object({ say: z.literal('failed'), reason: z.string() }),
]);

/** What a process under test says. */
export type Saying = z.infer<typeof saying>;

/** Lets the measuring process ask this one, until it is gone. */
export function answerParent(answer: (asked: Question) => Promise<Saying>): void {
  const tell = (said: Saying) => void process.send?.(said);
  process.on('message', (message) => {
    answer(question.parse(message)).then(tell, (error: unknown) =>
      tell({ say: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  tell({ say: 'ready' });
}
