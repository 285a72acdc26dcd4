import { state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { type Input, MeshError } from '@seedcore/protocol';
import type { Keep, Memories } from '../memory/memories.ts';

/** Whose working item it is, as state names it. */
const scopeOf = (agentId: string) => `agent:${agentId}`;

/** Answers that may be others the next time. */
const PASSING: ReadonlySet<string> = new Set(['contended', 'restoring', 'conflict']);

/** What agents keep with state. What state refuses for good is told to `warn` and given up: it would refuse it again. */
export function meshMemories(mesh: Mesh, warn: (message: string, cause: unknown) => void): Memories {
  const client = mesh.client(state);
  return {
    async item(agentId, key, how) {
      const reply = await client.get_item({ key, scope: scopeOf(agentId) }, how);
      if (reply.ok) return reply.value.found ? reply.value.value : undefined;
      throw refused('get_item', reply.failure.code);
    },
    async search(agentId, { query, k }, how) {
      const reply = await client.search_memory({ agent_id: agentId, query, k, include: ['own', 'project'] }, how);
      if (!reply.ok) throw refused('search_memory', reply.failure.code);
      return reply.value.hits.map(({ item, score }) => ({
        id: item.memory_id,
        text: item.text,
        score,
        at: item.created_at,
      }));
    },
    async keep(by, what, id) {
      const refusal = what.as === 'item' ? await putItem(by, what) : await storeMemory(by, what.text, id);
      if (refusal === undefined) return;
      const { endpoint, code } = refusal;
      if (PASSING.has(code)) throw refused(endpoint, code);
      warn(`state keeps nothing of what task ${by.taskId} left`, refused(endpoint, code));
    },
  };

  async function putItem({ agentId }: Parameters<Keep>[0], { key, value }: { key: string; value: unknown }) {
    // It has been JSON since it was put.
    const item = { key, scope: scopeOf(agentId), value: value as Input<typeof state.endpoints.set_item>['value'] };
    const reply = await client.set_item(item);
    return reply.ok ? undefined : { endpoint: 'set_item', code: reply.failure.code };
  }

  async function storeMemory({ agentId, taskId }: Parameters<Keep>[0], text: string, id: string) {
    const source = { service: 'organism', task_id: taskId };
    const item = { kind: 'observation', text, source, write_key: id };
    const reply = await client.store_memory({ agent_id: agentId, items: [item] });
    return reply.ok ? undefined : { endpoint: 'store_memory', code: reply.failure.code };
  }
}

const refused = (endpoint: string, code: string): MeshError =>
  new MeshError('unavailable', { target: `state.${endpoint}`, message: `state.${endpoint}: ${code}` });
