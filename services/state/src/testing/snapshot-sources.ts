import type { AgentRecord } from '@seedcore/contracts';
import type { Heard } from '../domain/heartbeat-table.ts';
import { livenessOf } from '../domain/liveness.ts';
import { reviseAgent } from '../domain/revise-agent.ts';
import type { Bucketful, OrganNote, SeenAgent, SnapshotSource } from '../domain/snapshot-source.ts';

/** When pictures are taken. */
export const WALL = Date.UTC(2026, 10, 22);
/** When records were last changed: ten minutes before. */
export const AT = new Date(WALL - 600_000).toISOString();

/** An agent with its record, heard of `ageMs` ago; never without. */
export function agent(agent_id: string, more: Partial<AgentRecord> = {}, ageMs?: number): SeenAgent {
  const revision = { agentId: agent_id, patch: {}, normalise: false, create: true, who: 'test', at: AT, dim: 2 };
  const made = reviseAgent(undefined, 0, revision);
  if (!made.ok) throw new Error(made.refusal.code);
  const heard: Heard = {
    load: ageMs === undefined ? undefined : 0.5,
    progress: undefined,
    ageMs,
    liveness: livenessOf(ageMs),
  };
  return { record: { ...made.record, ...more }, heard };
}
/** A bucket that is known in full. */
export const bucket = (more: Partial<Bucketful> = {}): Bucketful => ({
  version: 3,
  lagMs: 10,
  withheld: new Map(),
  ...more,
});
/** The services that make a mesh. */
export const SERVICES = ['cognitive', 'coordinator', 'energy', 'ml', 'organism', 'state'];
/** A utility organ. */
export const organ = (organ_id: string): OrganNote => ({
  organ_id,
  kind: 'utility',
  state: 'ready',
  role_prior: { e: 0.2, s: 0.3, o: 0.5 },
  desired: 1,
  max_agents: 10,
  skills: ['wait'],
});
/** A mesh with nobody in it, and everything there. */
export const source = (more: Partial<SnapshotSource> = {}): SnapshotSource => ({
  agents: [],
  organs: [],
  facts: { count: 0, bytes: 0, coverage: 1 },
  buckets: { agents: bucket(), organs: bucket({ version: 4 }), memory: bucket({ version: 5 }) },
  census: {
    services: SERVICES.map((service) => ({ service, instances: 1, age_ms: 100 })),
    ageMs: 100,
    mode: { value: 'NORMAL', ageMs: 1000 },
  },
  ...more,
});
