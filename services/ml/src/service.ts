import { ml } from '@seedcore/contracts';
import { type Implementation, implement } from '@seedcore/protocol';
import { computeDriftScore } from './endpoints/compute-drift-score.ts';
import { detectAnomaly } from './endpoints/detect-anomaly.ts';
import { embeddings } from './endpoints/embeddings.ts';
import { listModels } from './endpoints/list-models.ts';
import { rerank } from './endpoints/rerank.ts';
import { scoreOutput } from './endpoints/score-output.ts';
import type { Ports } from './ports.ts';

/** The endpoints of ml. */
export function mlService(ports: Ports): Implementation<typeof ml> {
  return implement(ml, {
    detect_anomaly: detectAnomaly(ports),
    compute_drift_score: computeDriftScore(ports),
    embeddings,
    rerank,
    score_output: scoreOutput,
    list_models: listModels,
  });
}
