import { endpoint } from '@seedcore/protocol';
import { z } from 'zod';

const nothing = z.strictObject({});
const traits = { idempotent: true, deadlineMs: 2_000, criticality: 'critical' } as const;

const missing = z.object({ name: z.string(), since: z.string(), detail: z.string() });

/** The endpoints every service answers next to its own. */
export const builtins = {
  help: endpoint({
    doc: 'What this service does, as text with commands to paste.',
    input: nothing,
    output: z.string(),
    ...traits,
  }),
  schema: endpoint({
    doc: 'Its contract as JSON Schema; of one endpoint when named.',
    input: z.strictObject({ endpoint: z.string().max(64).optional() }),
    output: z.object({
      service: z.string(),
      version: z.string(),
      contract: z.string(),
      endpoints: z.record(z.string(), z.unknown()),
      events: z.record(z.string(), z.unknown()),
    }),
    ...traits,
  }),
  health: endpoint({
    doc: 'Whether it lives, is ready, and what it misses.',
    input: nothing,
    output: z.object({
      live: z.boolean(),
      ready: z.boolean(),
      degraded: z.boolean(),
      state: z.enum(['starting', 'ready', 'draining', 'stopped']),
      missing: z.array(missing),
      degraded_by: z.array(z.string()),
      brownout: z.int().min(0).max(3),
      loop_delay_ms: z.number().nonnegative(),
    }),
    ...traits,
  }),
  info: endpoint({
    doc: 'Version, process, limits, and how its own calls are doing.',
    input: nothing,
    output: z.object({
      service: z.string(),
      version: z.string(),
      instance: z.string(),
      ns: z.string(),
      state: z.string(),
      started: z.string(),
      uptime_ms: z.number(),
      node: z.string(),
      pid: z.number(),
      host: z.string(),
      contract: z.string(),
      server: z.object({ version: z.string(), api_level: z.number().optional() }),
      codecs: z.array(z.string()),
      limits: z.record(z.string(), z.unknown()),
      resources: z.array(z.unknown()),
    }),
    ...traits,
  }),
};

/** What `health` says. */
export type Health = z.output<typeof builtins.health.output>;
/** What `info` says. */
export type Info = z.output<typeof builtins.info.output>;
