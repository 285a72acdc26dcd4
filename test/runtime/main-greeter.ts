import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { greeter, greeterService } from './greeter.ts';

const config = z.object({
  GREETER_MOOD: z.enum(['good', 'bad']).default('good'),
  GREETER_REQUIRES: z.string().optional(),
});

await runService(
  defineService({
    contract: greeter,
    config,
    requires: process.env['GREETER_REQUIRES']?.split(',') ?? [],
    start: async ({ log, config: { GREETER_MOOD } }) => {
      log.info({ mood: GREETER_MOOD }, 'built');
      return { implementation: greeterService() };
    },
  }),
  process.env,
);
