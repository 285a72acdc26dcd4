import type { Store } from '@seedcore/store';
import { prefixOf, TIERS } from '../domain/memory/memory-key.ts';
import type { Embeddable } from '../embedding-ports.ts';
import type { MemoryPorts } from '../memory-ports.ts';
import { BucketVectors, type Things } from './bucket-vectors.ts';

/** Vectors of memories, by tier: those of `m.<agent>.<id>` as `v.m.<agent>.<id>`, those of episodes as `v.e.<agent>.<id>`. */
export function memoryVectors(store: Store, { memories, episodes, index }: MemoryPorts): Embeddable[] {
  return TIERS.map((tier) => {
    const home = tier === 'episode' ? episodes : memories;
    const things: Things = {
      fill: () => home.fill(),
      read: async (name) => {
        const [agent_id = '', memory_id = ''] = name.split('.');
        const reading = await home.read({ agent_id, memory_id });
        return reading.kind === 'found' && reading.value.tier !== tier ? { kind: 'absent' } : reading;
      },
    };
    return new BucketVectors(store, prefixOf(tier), { things, book: index.books[tier] });
  });
}
