import { setTimeout as pause } from 'node:timers/promises';
import { fail, implement, ok } from '@seedcore/protocol';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { takeCensus } from './census.ts';
import { soak } from './contract.ts';
import { answerParent } from './talk.ts';

const SLOW_MS = 120;
const ITEM_MS = 2;

await runService(
  defineService({
    contract: soak,
    config: z.object({}),
    start: async ({ mesh, metrics }) => {
      answerParent(async ({ ask }) => {
        if (ask !== 'census') return { say: 'done' };
        return { say: 'census', census: await takeCensus({ mesh, metrics, ownListeners: () => 0 }), ends: {} };
      });
      return {
        implementation: implement(soak, {
          work: async ({ course, text }, call) => {
            if (course === 'declared') return fail('unwilling', { text });
            if (course === 'thrown') throw new TypeError('as it was told');
            if (course === 'slow') await pause(SLOW_MS, undefined, { signal: call.signal });
            if (course === 'hanging') await pause(60_000, undefined, { signal: call.signal });
            return ok({ text });
          },
          tell: async ({ to }, call) => {
            for (let n = 0; n < to; n++) {
              await call.stream?.write({ n });
              await pause(ITEM_MS, undefined, { signal: call.signal });
            }
            return ok({ told: to });
          },
          mirror: ({ text }) => ok({ text }),
        }),
      };
    },
  }),
  process.env,
);
