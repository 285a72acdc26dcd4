import { z } from 'zod';

/** What organism reads from its environment, beside what every service does. */
export const organismConfig = z.object({
  SEEDCORE_REPLICAS: z.enum(['1', '3']).default('1').describe('copies of everything on disk'),
  SEEDCORE_SKILLS: z
    .string()
    .min(1)
    .optional()
    .describe('folder of skill files; left out: services/organism/skills, which need not be there'),
  ORGANISM_AGENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('agents of each organ; records only go up'),
  ORGANISM_MAX_ONGOING_REQUESTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(16)
    .describe('calls of handle_task and of execute_on_organ that run at the same time'),
});

/** What organism reads from its environment. */
export type OrganismConfig = z.output<typeof organismConfig>;
