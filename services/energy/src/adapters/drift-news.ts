import { ml } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { type DriftFold, meanDrift, withScore } from '../domain/drift-fold.ts';

/** Listens to drift scores; tells the mean of the newest of each stream, undefined when there are none. */
export function driftNews(mesh: Mesh): { mean(): number | undefined; stop(): void } {
  const { clock } = mesh;
  let fold: DriftFold = new Map();
  const subscription = mesh.subscribe(ml, 'drift_scored', ({ stream, score_norm }) => {
    fold = withScore(fold, stream, { score: score_norm, at: clock.wallMs() });
  });
  return { mean: () => meanDrift(fold, clock.wallMs()), stop: () => subscription.unsubscribe() };
}
