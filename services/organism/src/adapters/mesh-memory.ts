import { organism, state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { grownOf } from '../domain/growth/lifecycle.ts';
import { patchOf } from '../domain/standing.ts';
import type { AgentMemory } from '../ports.ts';

/** Longest wait for state, in ms: nobody waits for the answer but the next try. */
const PATIENCE = { deadlineMs: 3000, criticality: 'optional' } as const;

/** What state keeps of the agents; `missed` hears why a change of theirs could not be followed. */
export function meshMemory(mesh: Mesh, missed: (cause: unknown) => void): AgentMemory {
  const client = mesh.client(state);
  type Update = Parameters<typeof client.update_agent_state>[0];
  const revive = async (update: Update): Promise<'saved' | 'stale'> => {
    const patch = { ...update.patch, archived: false };
    const reply = await client.update_agent_state({ ...update, patch }, PATIENCE);
    if (reply.ok) return 'saved';
    if (reply.failure.code === 'stale_epoch') return 'stale';
    throw new Error(`state.update_agent_state: ${reply.failure.code}`);
  };
  return {
    async load(agentId) {
      const reply = await client.get_agent_state({ agent_id: agentId, consistency: 'leader' }, PATIENCE);
      if (!reply.ok) return undefined;
      const { c, counters, quality, h, p, skills, lifecycle } = reply.value.agent;
      return { c, counters, quality, h, p, skills, lifecycle: grownOf(lifecycle) };
    },
    async save({ agentId, epoch, host, organ, standing }) {
      const patch = {
        organ_id: organ.organ_id,
        specialty: organ.specialty,
        owner: host,
        ...patchOf(standing),
      };
      const update = { agent_id: agentId, epoch, patch };
      const reply = await client.update_agent_state(update, PATIENCE);
      if (reply.ok) return 'saved';
      if (reply.failure.code === 'stale_epoch') return 'stale';
      // Whoever archived it did so under an older epoch than ours: it lives again.
      if (reply.failure.code === 'archived') return revive(update);
      if (reply.failure.code !== 'unknown_agent') throw new Error(`state.update_agent_state: ${reply.failure.code}`);
      const first = { ...patch, p: standing.p ?? organ.role_prior };
      const created = await client.update_agent_state({ ...update, patch: first, create: true }, PATIENCE);
      if (created.ok) return 'saved';
      throw new Error(`state.update_agent_state: ${created.failure.code}`);
    },
    async copy({ from, to, organId }) {
      const found = await client.get_agent_state({ agent_id: from, consistency: 'leader' }, PATIENCE);
      if (!found.ok) return; // nothing is known that could be copied
      const { h, p, specialty } = found.value.agent;
      const patch = { h, p, specialty, organ_id: organId, lifecycle: 'employed', archived: false };
      const reply = await client.update_agent_state({ agent_id: to, patch, create: true }, PATIENCE);
      if (!reply.ok) throw new Error(`state.update_agent_state: ${reply.failure.code}`);
    },
    onRoles(hosted, listener) {
      const follow = async (agentId: string): Promise<void> => {
        const reply = await client.get_agent_state({ agent_id: agentId, consistency: 'leader' }, PATIENCE);
        if (reply.ok && reply.value.agent.p !== null) listener(agentId, reply.value.agent.p);
      };
      mesh.subscribe(state, 'agent_changed', ({ agent_id, fields, by }) => {
        const ours = by === mesh.instance || by === organism.name;
        if (!ours && fields.includes('p') && hosted(agent_id)) follow(agent_id).catch(missed);
      });
    },
    async archive({ agentId, epoch }) {
      const update = { agent_id: agentId, epoch, patch: { archived: true, lifecycle: 'archived' } };
      const reply = await client.update_agent_state(update, PATIENCE);
      if (reply.ok || ['unknown_agent', 'archived', 'stale_epoch'].includes(reply.failure.code)) return;
      throw new Error(`state.update_agent_state: ${reply.failure.code}`);
    },
  };
}
