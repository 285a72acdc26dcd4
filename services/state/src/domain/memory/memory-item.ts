import type { MemoryItem, MemoryTier, NewMemory, ShownMemory } from '@seedcore/contracts';
import type { VectorState } from '../embedded.ts';
import type { Known } from '../record-view.ts';

const DAY_MS = 86_400_000;
/** A flashbulb and an episode are kept for so long. */
const LIFE_MS = { long_term: undefined, flashbulb: 365 * DAY_MS, episode: 30 * DAY_MS } as const;
/** What was replaced is kept for so long. */
const REPLACED_MS = 7 * DAY_MS;
/** The same words within this time are the same memory. */
export const SAME_WITHIN_MS = DAY_MS;
/** Salience from which a memory is a flashbulb. */
const FLASHBULB_SALIENCE = 0.7;

/** Where, when and by whom a memory is stored. */
export type Storing = {
  readonly agent_id: string;
  readonly project_id: string | undefined;
  /** Service that stores it. */
  readonly by: string;
  readonly wallMs: number;
};

/** Bytes of what a memory says: its text and its data as JSON. */
export const bytesOf = ({ text, data }: Pick<MemoryItem, 'text' | 'data'>): number =>
  Buffer.byteLength(text) + (data === undefined ? 0 : Buffer.byteLength(JSON.stringify(data)));

/** The tier a memory asks for; without a salience it is no flashbulb. */
export function tierOf({ kind, tier, salience }: NewMemory): MemoryTier {
  if (kind === 'episode') return 'episode';
  if (salience === null || tier === 'long_term') return 'long_term';
  return tier === 'flashbulb' || salience >= FLASHBULB_SALIENCE ? 'flashbulb' : 'long_term';
}

/** A new memory as it is kept; `replaced` are those it is made of. */
export function memoryOf(
  told: NewMemory,
  { memory_id, tier }: { readonly memory_id: string; readonly tier: MemoryTier },
  { agent_id, project_id, by, wallMs }: Storing,
): MemoryItem {
  const { expected_revision: _rev, write_key: _key, replaces: _replaces, ttl_s, source, ...said } = told;
  const at = new Date(wallMs).toISOString();
  const lifeMs = Math.min(LIFE_MS[tier] ?? Number.POSITIVE_INFINITY, (ttl_s ?? Number.POSITIVE_INFINITY) * 1000);
  return {
    ...said,
    ...{ memory_id, agent_id, tier, source: source ?? { service: by } },
    ...(project_id === undefined ? {} : { project_id }),
    ...{ represents_bytes: bytesOf(told), hits: 0, created_at: at, updated_at: at },
    ...(Number.isFinite(lifeMs) ? { expires_at: new Date(wallMs + lifeMs).toISOString() } : {}),
  };
}

/** `original` once `by` has taken its place: it leaves every search, and goes a week later. */
export function replaced(original: MemoryItem, by: string, wallMs: number): MemoryItem {
  const endsMs = Math.min(endOf(original), wallMs + REPLACED_MS);
  return {
    ...original,
    ...{ replaced_by: by, expires_at: new Date(endsMs).toISOString(), updated_at: new Date(wallMs).toISOString() },
  };
}

/** A memory that was found so many times more. */
export const memoryWithHits = (item: MemoryItem, hits: number): MemoryItem => ({ ...item, hits: item.hits + hits });

/** When a memory ends, in ms of the wall clock. */
export const endOf = ({ expires_at: end }: Pick<MemoryItem, 'expires_at'>): number =>
  end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end);

/** True while a memory is found: not replaced, not at its end. */
export const isLive = (item: MemoryItem, wallMs: number): boolean =>
  item.replaced_by === undefined && endOf(item) > wallMs;

/** True while the same words from the same agent are this memory once more. */
export const isRecent = (item: MemoryItem, wallMs: number): boolean =>
  isLive(item, wallMs) && wallMs - Date.parse(item.created_at) < SAME_WITHIN_MS;

/** A memory as it is shown. */
export function shownMemory({ value, rev }: Known<MemoryItem>, vector: VectorState, wallMs: number): ShownMemory {
  return { ...value, vector, revision: rev, age_ms: Math.max(0, wallMs - Date.parse(value.created_at)) };
}
