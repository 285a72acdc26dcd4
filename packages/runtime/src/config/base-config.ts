import { logLevels, natsFromEnv } from '@seedcore/mesh';
import { type Checking, isToken, sensitive } from '@seedcore/protocol';
import { z } from 'zod';
import { otlpConfig } from './otlp-config.ts';

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const port = z.coerce.number().int().min(0).max(65_535);

/** It may hold a password, so it is never shown; the message of the problem leaves that out. */
const natsUrl = z.string().superRefine((NATS_URL, context) => {
  try {
    natsFromEnv({ NATS_URL });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message.replace(/^NATS_URL: /, '') });
  }
});

/** The variables every service reads. */
export const baseConfig = z.object({
  ...otlpConfig.shape,
  NATS_URL: sensitive(natsUrl).default('nats://127.0.0.1:4222'),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: sensitive(z.string()).optional(),
  NATS_TOKEN: sensitive(z.string()).optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  NODE_ENV: z
    .string()
    .optional()
    .describe('production: one value in a hundred of those made or trusted here is checked; else every one'),
  LOG_PRETTY: flag.optional().describe('readable lines; absent: when the output is a terminal'),
  METRICS_PORT: port.default(0).describe('0: off'),
  METRICS_HOST: z.string().default('127.0.0.1'),
  SEEDCORE_REPLICAS: z.enum(['1', '3']).default('1').describe('copies of everything kept by the broker'),
  SEEDCORE_FAULTS: flag.default(false).describe('whether the knob "faults" disturbs this process: for trying only'),
  SEEDCORE_INSTANCE: z.string().refine(isToken, 'must be 1 to 64 of A-Z a-z 0-9 _ -').optional(),
});

/** What every service is configured with. */
export type BaseConfig = z.output<typeof baseConfig>;

/** How much is checked of what this process makes itself, or trusts. */
export const checkingIn = (environment: BaseConfig['NODE_ENV']): Checking =>
  environment === 'production' ? 'sampled' : 'always';
