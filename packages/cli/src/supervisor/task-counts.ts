import { coordinator } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';

const finals: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'expired']);
const askMs = 1000;

/** What became of the tasks so far, in a sentence; `undefined` when the coordinator does not say within a second. */
export async function taskCounts(mesh: Mesh): Promise<string | undefined> {
  try {
    const reply = await mesh.client(coordinator).list_tasks({ limit: 1 }, { deadlineMs: askMs });
    return reply.ok ? countsSentence(reply.value.counts) : undefined;
  } catch {
    return undefined; // a mesh that is being stopped owes nobody an answer
  }
}

/** Counts by state as a sentence: what ended, and what goes on at the next start. */
export function countsSentence(counts: Readonly<Partial<Record<string, number>>>): string | undefined {
  const there = Object.entries(counts).flatMap(([state, count]) => (count ? [{ state, count }] : []));
  const ended = there.filter(({ state }) => finals.has(state)).map(({ state, count }) => `${count} ${state}`);
  const open = there.reduce((sum, { state, count }) => (finals.has(state) ? sum : sum + count), 0);
  if (there.length === 0) return undefined;
  const later = open > 0 ? `; ${open} not finished yet, kept for the next start` : '';
  return `tasks: ${ended.join(', ') || 'none ended'}${later}`;
}
