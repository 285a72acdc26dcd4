import { type EnergyTerms, energy, state, type UnifiedState } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { type Call, type Client, MeshError } from '@seedcore/protocol';
import { numbersOf } from '../domain/growth/float-vector.ts';
import type { Energies } from '../evolution/evolution-ports.ts';

/** Longest wait for one answer, in ms. */
const PATIENCE_MS = 2500;
/** Agents whose pictures are asked for at once. */
const PAGE = 500;
/** Terms that can be attributed to agents; who works with whom is energy's to know, so `pair` is not estimated. */
const TERMS = ['entropy', 'reg'] as const;

type AgentPicture = UnifiedState['agents'][number];
type PerAgent = Partial<Record<(typeof TERMS)[number], number>>;

/** What energy and state say of evolutions. */
export function meshEnergies(mesh: Mesh): Energies {
  const client = mesh.client(energy);
  return {
    mode: async (call) => {
      const reply = await unlessAway(client.get_mode({}, patience(call)));
      return (reply?.ok === true ? reply.value.mode : undefined) ?? undefined;
    },
    async compare({ before, after }, call) {
      const pictures = await picturesOf(mesh, [...new Set([...before, ...after])], call);
      if (pictures === undefined) return { unknown: 'state does not answer' };
      const [was, willBe] = await Promise.all(
        [before, after].map((ids) => perAgent(client, agentsIn(ids, pictures), call)),
      );
      if (was === undefined || willBe === undefined) return { unknown: 'energy does not answer' };
      const known = TERMS.filter((term) => was[term] !== undefined && willBe[term] !== undefined);
      if (known.length === 0) return { unknown: 'nothing is known of the agents concerned' };
      const sum = (terms: PerAgent) => known.reduce((total, term) => total + (terms[term] ?? 0), 0);
      return { E_before: sum(was), delta_E: sum(willBe) - sum(was) };
    },
    async look(call) {
      await unlessAway(client.get_energy_state({ max_age_ms: 0 }, patience(call)));
    },
    async measured({ evolution_id, organs, delta_E_est }, window) {
      const reply = await unlessAway(
        client.report_result(
          {
            result_id: evolution_id,
            subject: { kind: 'evolution', id: evolution_id },
            scopes: organs.map((organ) => `organ:${organ}`),
            basis: 'per_agent',
            delta_e: delta_E_est,
            window,
          },
          { deadlineMs: 15_000 },
        ),
      );
      if (reply === undefined) return 'away';
      return reply.ok ? reply.value.delta_e_measured : null;
    },
  };
}

/** What state knows of agents, by id. */
async function picturesOf(
  mesh: Mesh,
  ids: readonly string[],
  call: Call,
): Promise<Map<string, AgentPicture> | undefined> {
  const found = new Map<string, AgentPicture>();
  for (let i = 0; i < ids.length; i += PAGE) {
    const wish = {
      agent_ids: ids.slice(i, i + PAGE),
      ...{ include_organs: false, include_system: false, include_memory: false },
    };
    const reply = await unlessAway(mesh.client(state).get_unified_state(wish, patience(call)));
    if (reply?.ok !== true) return undefined;
    for (const { agent_id, h, p } of reply.value.parts.agents?.data ?? [])
      found.set(agent_id, { agent_id, h: h && numbersOf(h), p });
  }
  return found;
}

/** Those of a list, one of whom may stand in it twice. */
const agentsIn = (ids: readonly string[], pictures: ReadonlyMap<string, AgentPicture>): AgentPicture[] =>
  ids.map((id, i) => ({ ...(pictures.get(id) ?? { h: null, p: null }), agent_id: `a${i}` }));

/** Energy by agent and term; a term nobody knows anything of is absent. */
async function perAgent(
  client: Client<typeof energy>,
  agents: AgentPicture[],
  call: Call,
): Promise<PerAgent | undefined> {
  const wish = { unified_state: { agents }, include_breakdown: false };
  const reply = await unlessAway(client.compute_energy(wish, patience(call)));
  return reply?.ok === true ? dividedBy(agents.length, reply.value.terms) : undefined;
}

const dividedBy = (agents: number, terms: EnergyTerms): PerAgent =>
  Object.fromEntries(
    TERMS.flatMap((term) => {
      const value = terms[term];
      return value === null || agents === 0 ? [] : [[term, value / agents]];
    }),
  );

const patience = (parent: Call) => ({ parent, deadlineMs: PATIENCE_MS });

async function unlessAway<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof MeshError) return undefined;
    throw error;
  }
}
