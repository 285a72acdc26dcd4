import type { MemoryItem, MemoryTier, NewMemory } from '@seedcore/contracts';
import { canonicalJson, sha256 } from '@seedcore/protocol';
import { normalisedText } from '../normalised-text.ts';

/** First token of the key of a memory: of the bucket for the first two, of the journal's picture for the third. */
const HOME = { long_term: 'm', flashbulb: 'fb', episode: 'e' } as const satisfies Record<MemoryTier, string>;

/** Every tier. */
export const TIERS = ['long_term', 'flashbulb', 'episode'] as const satisfies readonly MemoryTier[];

/** Which memory of which agent. */
export type MemoryName = Pick<MemoryItem, 'agent_id' | 'memory_id'>;

/** `m.<agent>.<id>`, `fb.<agent>.<id>` or, of the journal, `e.<agent>.<id>`. */
export const memoryKey = (tier: MemoryTier, { agent_id, memory_id }: MemoryName): string =>
  keyOf(tier, `${agent_id}.${memory_id}`);

/** What the keys of a tier begin with. */
export const prefixOf = (tier: MemoryTier): string => `${HOME[tier]}.`;

/** The key of `<agent>.<id>` in a tier. */
export const keyOf = (tier: MemoryTier, name: string): string => `${prefixOf(tier)}${name}`;

/** `<agent>.<id>` in a key. */
export const nameIn = (key: string): string => key.slice(key.indexOf('.') + 1);

/** The agent in a key. */
export const agentOf = (key: string): string => key.split('.')[1] ?? '';

/** What makes two memories say the same: agent, kind and normalised text. */
export const contentName = ({ agent_id, kind, text }: Pick<MemoryItem, 'agent_id' | 'kind' | 'text'>): string =>
  hash([agent_id, kind, normalisedText(text)]);

/**
 * The id of a memory that brings none: by its `write_key`; else by what it says and, where that was said before and too
 * long ago to be the same, the id of that memory.
 */
export function derivedId(agent_id: string, told: NewMemory, after: string | undefined): string {
  if (told.write_key !== undefined) return hash([agent_id, { write_key: told.write_key }]);
  const { kind, text, replaces } = told;
  const said = contentName({ agent_id, kind, text });
  return after === undefined && replaces.length === 0 ? said : hash([said, replaces, after ?? '']);
}

const hash = (of: unknown): string => sha256(canonicalJson(of)).slice(0, 26);
