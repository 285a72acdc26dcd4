import { implement, ok } from '@seedcore/protocol';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { answerParent } from './answer-parent.ts';
import { bench } from './contract.ts';

/** Slots per endpoint: above what is ever in flight, so that admission is asked and never refuses. */
const SLOTS = 1_024;

answerParent();
await runService(
  defineService({
    contract: bench,
    config: z.object({}),
    start: async () => ({
      implementation: implement(bench, {
        nothing: (input) => ok(input),
        observation: (input) => ok(input),
        batch: (input) => ok(input),
      }),
      limits: { nothing: { fixed: SLOTS }, observation: { fixed: SLOTS }, batch: { fixed: SLOTS } },
    }),
  }),
  process.env,
);
