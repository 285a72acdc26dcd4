import { prefixOf } from '../domain/memory/memory-key.ts';
import { NO_ROOM } from '../domain/record-view.ts';
import type { Memories } from '../memory-ports.ts';

/** Memories read in one go. */
const AT_ONCE = 5000;

/**
 * Reads memories of the long term for which there was no room when they came: since others have gone, they can be weighed
 * and found as well. Does nothing when there is none, or still no room.
 *
 * @throws MeshError when the broker is out of reach
 */
export async function holdWithheld(memories: Memories): Promise<void> {
  const { view } = memories;
  const waiting: string[] = [];
  for (const [key, why] of view.withheld)
    if (why === NO_ROOM && key.startsWith(prefixOf('long_term')) && waiting.push(key) >= AT_ONCE) break;
  for (const key of waiting) {
    const [, agent_id = '', memory_id = ''] = key.split('.');
    await memories.read({ agent_id, memory_id });
    if (view.withheld.has(key)) return;
  }
}
