import type { OrganRecord } from '@seedcore/contracts';

/** An organ as it is declared before anybody made a record of it. */
export type OrganPlan = Omit<OrganRecord, 'created_at'>;

const plan = (organ: Pick<OrganPlan, 'organ_id' | 'kind' | 'skills' | 'role_prior'>): OrganPlan => ({
  ...organ,
  state: 'ready',
  desired: 1,
  max_agents: 10,
  specialty: null,
});

/** The three organs of a first start, one agent each; explore, specialise and observe as their kind does. */
export const firstOrgans: readonly OrganPlan[] = [
  plan({
    organ_id: 'cognitive_organ_1',
    kind: 'cognitive',
    skills: ['analyze_series', 'fact_search', 'general_query', 'json_transform', 'text_extract'],
    role_prior: { e: 0.3, s: 0.6, o: 0.1 },
  }),
  plan({
    organ_id: 'actuator_organ_1',
    kind: 'actuator',
    skills: ['fact_store', 'http_fetch', 'json_transform', 'notify', 'wait'],
    role_prior: { e: 0.7, s: 0.2, o: 0.1 },
  }),
  plan({
    organ_id: 'utility_organ_1',
    kind: 'utility',
    skills: [
      ...['analyze_series', 'fact_search', 'fact_store', 'general_query', 'health_check', 'http_fetch'],
      ...['json_transform', 'notify', 'run_wasm', 'text_extract', 'wait'],
    ],
    role_prior: { e: 0.2, s: 0.3, o: 0.5 },
  }),
];

/** The same organs with `agents` agents each, as far as each may have them. */
export const withAgents = (organs: readonly OrganPlan[], agents: number): OrganPlan[] =>
  organs.map((organ) => ({ ...organ, desired: Math.min(agents, organ.max_agents) }));

/** Ids of the agents an organ should have. */
export const agentIds = ({ organ_id, desired }: Pick<OrganPlan, 'organ_id' | 'desired'>): string[] =>
  Array.from({ length: desired }, (_, n) => `${organ_id}_agent_${n}`);
