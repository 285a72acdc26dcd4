import { ml, type OutputWindow } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import type { Scored, Scores } from '../supervision/managers/manager-ports.ts';

/** Longest wait for scores, in ms: the next look comes soon. */
const PATIENCE = { deadlineMs: 1000, criticality: 'optional' } as const;
/** Windows of one call: twenty of forty segments of a thousand characters stay below a million. */
const MAX_WINDOWS = 20;

/** Scores by ml; while it is away there are none. */
export function meshScores(mesh: Mesh): Scores {
  const client = mesh.client(ml);
  const some = async (windows: readonly OutputWindow[]): Promise<readonly Scored[]> => {
    const reply = await client.score_output({ windows: [...windows] }, PATIENCE);
    return reply.ok ? reply.value.scores.map(({ v1, v2 }) => ({ v1, v2 })) : [];
  };
  return {
    async of(windows) {
      try {
        const parts: (readonly Scored[])[] = [];
        for (let i = 0; i < windows.length; i += MAX_WINDOWS) parts.push(await some(windows.slice(i, i + MAX_WINDOWS)));
        return parts.flat();
      } catch (cause) {
        if (cause instanceof MeshError) return undefined;
        throw cause;
      }
    },
  };
}
