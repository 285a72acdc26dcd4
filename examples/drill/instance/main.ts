import { delay, implement, ok } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { downstream } from '../contract.ts';

/** What a good instance needs, and how many times as long the slow one. */
const WORK_MS = 10;
const SLOWER = 4;

const config = z.object({
  DRILL_ROLE: z.enum(['steady', 'slow', 'failing', 'restarted']),
  /** Of the chance by which the failing one fails. */
  DRILL_SEED: z.coerce.number().int().default(1),
});

// It ends with the drill, however that ends.
process.on('disconnect', () => process.exit(0));

await runService(
  defineService({
    contract: downstream,
    config,
    start: async ({ clock, config: { DRILL_ROLE, DRILL_SEED } }) => {
      const random = new SeededRandom(DRILL_SEED);
      const workMs = DRILL_ROLE === 'slow' ? SLOWER * WORK_MS : WORK_MS;
      const work = async ({ n }: { readonly n: number }) => {
        await delay(clock, workMs);
        if (DRILL_ROLE === 'failing' && random.next() < 0.5) throw new Error('planted for the drill');
        return ok({ n });
      };
      return { implementation: implement(downstream, { work }) };
    },
  }),
  process.env,
);
