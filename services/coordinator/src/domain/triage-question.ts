import type { DecisionContext } from '@seedcore/contracts';

const TUNING_GPU_S = 1_800;
const RETRAIN_GPU_S = 600;
const RISK = 0.2;

/**
 * The question what to do about the model behind a series. The gain of an option is what energy expects if drift and
 * anomalies were calm again, and is left out while nobody has measured it.
 *
 * @param deltaE change of energy, negative is a gain
 */
export function triageQuestion(headline: string, deltaE: number | undefined): DecisionContext {
  const gain = deltaE === undefined ? {} : { gain: Math.max(0, -deltaE) };
  const job = (id: string, text: string, gpu_s: number) => ({
    id,
    text,
    scores: { ...gain, gpu_s },
    risk: RISK,
    reversible: true,
  });
  return {
    question: `${headline}. What now?`.slice(0, 2_000),
    options: [
      job('submit_tuning', 'search for better parameters of the model behind the series', TUNING_GPU_S),
      job('submit_retrain', 'train the model behind the series again on newer data', RETRAIN_GPU_S),
      { id: 'ignore', text: 'leave the model as it is', scores: { gain: 0, gpu_s: 0 }, reversible: true },
    ],
    criteria: [
      { id: 'gain', weight: 0.6, direction: 'max', range: [0, 0.1] },
      { id: 'gpu_s', weight: 0.4, direction: 'min', range: [0, 7_200] },
    ],
  };
}
