import type { MemoryItem, NewMemory } from '@seedcore/contracts';
import { bytesOf } from '../domain/memory/memory-item.ts';

/** A memory as it is kept, with whatever a test cares about. */
export function memory(about: Partial<MemoryItem> = {}): MemoryItem {
  const at = '2026-11-22T00:00:00.000Z';
  const said = { text: 'pump 3 vibrates', ...about };
  return {
    ...{ memory_id: 'm1', agent_id: 'a1', kind: 'observation', tags: [], origin: 'observed', visibility: 'private' },
    ...{ tier: 'long_term', salience: null, trust: null, source: { service: 'test' }, no_external_egress: false },
    ...{ represents_bytes: bytesOf(said), hits: 0, created_at: at, updated_at: at },
    ...said,
  };
}

/** A memory as a caller hands it in, with defaults filled in. */
export const told = (about: Partial<NewMemory> = {}): NewMemory => ({
  ...{ text: 'pump 3 vibrates', kind: 'observation', tags: [], origin: 'observed', visibility: 'private' },
  ...{ tier: 'auto', salience: null, trust: null, no_external_egress: false, replaces: [] },
  ...about,
});
