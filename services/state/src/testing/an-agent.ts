import type { AgentRecord, Beat } from '@seedcore/contracts';
import { encodeVector } from '../domain/agent-vector.ts';

/** The length h has by default. */
const DIM = 128;

/** A full record of an agent, and what it says of itself. */
export function anAgent(agent_id: string, at: string): { readonly record: AgentRecord; readonly beat: Beat } {
  const who = { who: 'organism', when: at };
  const record = {
    ...{ agent_id, organ_id: 'utility', project_id: 'p1', specialty: 'general', lifecycle: 'ready', owner: 'one' },
    ...{ archived: false, h: encodeVector(new Float32Array(DIM).fill(0.05)), p: { e: 0.2, s: 0.3, o: 0.5 } },
    ...{ c: { value: 0.5, n: 3 }, mem_util: 0.25, skills: { read: 0.5, write: 0.25, wait: 1 }, quality: [0.5, 0.75] },
    peers: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`peer${i}`, i])),
    counters: { tasks: 1, ok: 1, failed: 0, memory_writes: 0, memory_hits: 0, salient: 0 },
    provenance: { h: who, c: who, counters: who, lifecycle: who, organ_id: who, owner: who },
    ...{ epoch: 3, created_at: at, updated_at: at },
  };
  return { record, beat: { agent_id, seq: 1, load: 0.5, progress: null, loop_lag_ms: 1, at } };
}
