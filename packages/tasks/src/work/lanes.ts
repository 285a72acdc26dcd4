import type { Lane } from '@seedcore/protocol';

/** Lanes in the order of their rank. */
export const lanes = ['high', 'normal', 'low'] as const satisfies readonly Lane[];
/** Of 13 starts with all lanes full: 8 high, 4 normal, 1 low. */
const WEIGHTS: Readonly<Record<Lane, number>> = { high: 8, normal: 4, low: 1 };

/** What each lane is owed. */
export type Credits = Readonly<Record<Lane, number>>;

/** Nobody is owed anything. */
export const noCredits: Credits = { high: 0, normal: 0, low: 0 };

/** Shares out `free` slots over the lanes that may have work, by smooth weighted round robin. */
export function allot(
  credits: Credits,
  open: readonly Lane[],
  free: number,
): { readonly credits: Credits; readonly shares: Readonly<Record<Lane, number>> } {
  const shares = { high: 0, normal: 0, low: 0 };
  let owed = { ...credits };
  for (let slot = 0; slot < free && open.length > 0; slot++) {
    owed = { ...owed };
    for (const lane of open) owed[lane] += WEIGHTS[lane];
    const chosen = open.reduce((best, lane) => (owed[lane] > owed[best] ? lane : best));
    owed[chosen] -= open.reduce((sum, lane) => sum + WEIGHTS[lane], 0);
    shares[chosen] += 1;
  }
  return { credits: owed, shares };
}
