import { isToken, sensitive } from '@seedcore/protocol';
import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const port = z.coerce.number().int().min(0).max(65_535);

/** The variables every service reads. */
export const baseConfig = z.object({
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: sensitive(z.string()).optional(),
  NATS_TOKEN: sensitive(z.string()).optional(),
  NATS_CREDS: z.string().optional().describe('path of a credentials file'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  LOG_PRETTY: flag.optional().describe('readable lines; absent: when the output is a terminal'),
  METRICS_PORT: port.default(0).describe('0: off'),
  METRICS_HOST: z.string().default('127.0.0.1'),
  SEEDCORE_INSTANCE: z.string().refine(isToken, 'must be 1 to 64 of A-Z a-z 0-9 _ -').optional(),
});

/** What every service is configured with. */
export type BaseConfig = z.output<typeof baseConfig>;
