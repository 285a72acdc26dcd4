import { energy, organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { isRecord } from '@seedcore/protocol';
import type { Health } from '../domain/system-status.ts';
import type { Census } from '../ports.ts';

/** Asks everybody how they are. */
export function meshCensus(mesh: Mesh): Census {
  return {
    async instances() {
      const found = await mesh.discover();
      return found.filter(({ metadata }) => metadata['ns'] === mesh.ns).map(({ name, version }) => ({ name, version }));
    },
    async health(service, call) {
      return readHealth(await mesh.builtin(service, 'health', call));
    },
    async mode(call) {
      const reply = await mesh.client(energy).get_mode({}, call);
      return reply.ok ? (reply.value.mode ?? undefined) : undefined;
    },
    async organs(call) {
      const reply = await mesh.client(organism).get_organ_status({}, call);
      return reply.ok ? reply.value.organs.map(({ organ_id }) => organ_id) : [];
    },
  };
}

function readHealth(answer: Readonly<Record<string, unknown>>): Health {
  return {
    ready: answer['ready'] === true,
    missing: namesIn(answer['missing']),
    degraded_by: namesIn(answer['degraded_by']),
  };
}

/** Texts, and the names of records, in a list from another process. */
function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((one: unknown) => String(isRecord(one) ? one['name'] : one));
}
