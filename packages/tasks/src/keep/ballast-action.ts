import { type BallastState, ballastBytes, type StorageUse } from '@seedcore/store';

/** Above this share of the storage the ballast is given up, so that running work can end. */
const FREE_ABOVE = 0.97;
/** Below this share, with the ballast counted, it is filled again. */
const FILL_BELOW = 0.75;
/** Where nobody knows the limit, the room is tried for again after so long: somebody may have made the disk larger; in ms. */
const TRY_AGAIN_MS = 600_000;

/** What is to be done about the ballast. Without a limit of the account, what was stored when it was full stands for it. */
export function ballastAction(use: StorageUse, ballast: BallastState, now: number): 'fill' | 'free' | 'keep' {
  const { usedBytes, limitBytes } = use;
  if (ballast.state === 'held')
    return limitBytes !== undefined && usedBytes > FREE_ABOVE * limitBytes ? 'free' : 'keep';
  const known = limitBytes ?? (ballast.state === 'freed' ? ballast.fullAtBytes : undefined);
  const fits = known !== undefined && usedBytes + ballastBytes(limitBytes) < FILL_BELOW * known;
  if (fits || (known === undefined && ballast.state === 'none')) return 'fill';
  const again = limitBytes === undefined && ballast.state === 'freed' && now - ballast.atMs > TRY_AGAIN_MS;
  return again ? 'fill' : 'keep';
}
