import { implement, ok } from '@seedcore/protocol';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { takeCensus } from './census.ts';
import { soakCaller } from './contract.ts';
import { Load } from './load.ts';
import { answerParent } from './talk.ts';

await runService(
  defineService({
    contract: soakCaller,
    config: z.object({}),
    start: async ({ mesh, metrics }) => {
      const load = new Load(mesh);
      answerParent(async (asked) => {
        if (asked.ask === 'go') load.go(asked.rate);
        if (asked.ask === 'rest') await load.rest();
        if (asked.ask !== 'census') return { say: 'done' };
        const census = await takeCensus({ mesh, metrics, ownListeners: () => load.listeners });
        return { say: 'census', census, ends: load.ends };
      });
      return { implementation: implement(soakCaller, { nothing: (input) => ok(input) }) };
    },
  }),
  process.env,
);
