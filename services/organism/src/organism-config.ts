import { id } from '@seedcore/protocol';
import { z } from 'zod';
import { hostPattern } from './web/host-rule.ts';

/** Texts between commas. */
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []));

const host = z.string().transform((text, context) => {
  const pattern = hostPattern(text);
  if (pattern !== undefined) return pattern;
  context.addIssue({ code: 'custom', message: `"${text.slice(0, 64)}" is neither a host nor *. and a name` });
  return z.NEVER;
});

/** `name=secret`, at least 16 characters of it. */
const secret = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}=.{16,256}$/, 'must be name=secret, of 16 to 256 characters')
  .transform((text): [string, string] => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);

const seconds = (usual: number, what: string) => z.coerce.number().min(0.1).max(30).default(usual).describe(what);

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
    .describe('agents of each organ that was not set up by hand; records only go up'),
  ORGANISM_MAX_ONGOING_REQUESTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(16)
    .describe('calls of handle_task, of execute_on_organ and of execute_on_agent that run at the same time'),
  ORGANISM_WARM_UP_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(30_000)
    .default(30_000)
    .describe('age of a run before which its silence is not held against it'),
  EVOLVE_MAX_COST: z.coerce.number().min(0).default(1_000_000).describe('an evolution that costs more is refused'),
  EVOLVE_MIN_ROI: z.coerce
    .number()
    .default(0.2)
    .describe('least gain of energy by its cost an evolution has to promise, and then to show'),
  TIER0_TP_MAX: z.coerce.number().int().min(1).max(256).default(8).describe('most hosts a collection waits on at once'),
  TIER0_HEARTBEAT_TIMEOUT: seconds(2, 'from asking to the end of collect_heartbeats; also the check before an attach'),
  TIER0_STATS_TIMEOUT: seconds(2.5, 'from asking to the end of collect_agent_stats'),
  TIER0_STRICT_RECONCILE: z
    .stringbool()
    .default(false)
    .describe('archive idle agents beyond what an organ should have'),
  SKILL_HTTP_ALLOW: list
    .pipe(z.array(host).max(200))
    .describe('hosts skills may ask, by commas; *. and a name stands for all below it; none unless named'),
  SKILL_WEBHOOK_SECRETS: list
    .pipe(z.array(secret).max(64))
    .transform((pairs): ReadonlyMap<string, string> => new Map(pairs))
    .describe('what notify signs webhooks with: name=secret, by commas'),
  TIER0_ATTACH_ACTORS: list
    .pipe(z.array(id).max(100))
    .describe('ids of agents, by commas, that must have a host; one that is missing is told'),
});

/** What organism reads from its environment. */
export type OrganismConfig = z.output<typeof organismConfig>;
