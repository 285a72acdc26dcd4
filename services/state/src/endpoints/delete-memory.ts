import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { memoryKey } from '../domain/memory/memory-key.ts';
import type { Ports } from '../ports.ts';

/** Removals that are tried against other writers before it is given up. */
const TRIES = 8;

/** Removes a memory of an agent. */
export function deleteMemory({ memory }: Ports): Handler<typeof state.endpoints.delete_memory> {
  const { memories, episodes, hits, pause } = memory;
  return async ({ agent_id, memory_id, force }) => {
    const name = { agent_id, memory_id };
    for (let tries = 0; tries < TRIES; tries++) {
      const now = await memories.read(name);
      if (now.kind === 'corrupt') return fail('corrupt_record', { key: memory_id, why: now.why });
      if (now.kind === 'absent') return ok({ deleted: await episodes.remove(name) });
      if (now.value.tier === 'flashbulb' && !force) return fail('immutable', { memory_id });
      const key = memoryKey(now.value.tier, name);
      const written = await memories.write([{ key, expect: now.rev }]);
      if (written.kind === 'corrupt') return fail('corrupt_record', { key: memory_id, why: written.why });
      if (written.kind === 'written') {
        hits.forget(key);
        return ok({ deleted: true });
      }
      await pause();
    }
    return fail('contended', { tries: TRIES });
  };
}
