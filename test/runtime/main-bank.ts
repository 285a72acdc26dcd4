import { defineService, type ReplyStore, runService } from '@seedcore/runtime';
import { openReplies, openStore } from '@seedcore/store';
import { z } from 'zod';
import { bank, bankService } from './bank.ts';

await runService(
  defineService({
    contract: bank,
    config: z.object({ BANK_KEEPS_REPLIES: z.enum(['yes', 'no']).default('yes') }),
    start: async ({ mesh, config }) => {
      const implementation = bankService(mesh);
      if (config.BANK_KEEPS_REPLIES === 'no') return { implementation };
      // The store knows nothing of the runtime: that its replies fit is checked here.
      const replies: ReplyStore = await openReplies(openStore(mesh));
      return { implementation, replies };
    },
  }),
  process.env,
);
