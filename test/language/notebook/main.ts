import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { notebook } from './contract.ts';
import { notebookService } from './service.ts';

await runService(
  defineService({
    contract: notebook,
    config: z.object({}),
    start: async () => ({ implementation: notebookService([]) }),
  }),
  process.env,
);
