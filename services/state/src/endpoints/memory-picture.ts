import { rounded } from '../domain/rounded.ts';
import type { Ports } from '../ports.ts';

/** How complete this replica's picture of memories is, and how old. */
export function pictureOf({ memory }: Ports) {
  const fills = [memory.memories, memory.episodes].map((followed) => ({
    size: followed.view.size,
    ...followed.fill(),
  }));
  const lagMs = Math.max(...fills.map((fill) => fill.lagMs));
  const held = fills.reduce((sum, { size }) => sum + size, 0);
  const all = fills.reduce((sum, { withheld }) => sum + withheld.size, held);
  const isFull = Number.isFinite(lagMs);
  return {
    completeness: isFull ? (all === 0 ? 1 : rounded(held / all)) : 0,
    age_ms: isFull ? lagMs : null,
  };
}
