import type { ml } from '@seedcore/contracts';
import { type Call, type Clock, delay, fail, type Handler, ok } from '@seedcore/protocol';
import { fewestOrdered, judge, type Sample } from '../domain/anomaly-detector.ts';
import { anomaliesAmong } from '../domain/anomaly-report.ts';
import { anomalyModel } from '../domain/models.ts';
import { rarityOf } from '../domain/tail-threshold.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Ports } from '../ports.ts';

const fewestKnown = 3;
/** Values judged between two looks at the rest of the world, about 50 ms. */
const slice = 5000;

/** Finds what stands out in a series. */
export function detectAnomaly({ clock }: Ports): Handler<typeof ml.endpoints.detect_anomaly> {
  return async ({ data, timestamps, sensitivity, include_scores }, call) => {
    const n = data.filter((value) => value !== null).length;
    if (n === 0 && data.length > 0) return fail('all_missing', { n: data.length });
    if (n < fewestKnown) return fail('series_too_short', { n });
    const order = timeOrder(data.length, timestamps);
    const series = order.map((index) => data[index] ?? undefined);
    const verdicts = await judgeInSlices(series, rarityOf(sensitivity), { clock, call });
    return ok({
      points: anomaliesAmong(verdicts, (at) => order[at] ?? at),
      ...(include_scores ? { scores: scoresOf(verdicts, order) } : {}),
      ready: n >= fewestOrdered,
      n,
      model: anomalyModel,
    });
  };
}

type Pace = { readonly clock: Clock; readonly call: Call };

/** Judges with pauses in which others are served, and stops when nobody waits for the answer any more. */
async function judgeInSlices(series: readonly Sample[], rarity: ReturnType<typeof rarityOf>, { clock, call }: Pace) {
  const verdicts: (Verdict | undefined)[] = [];
  for (const verdict of judge(series, rarity)) {
    verdicts.push(verdict);
    if (verdicts.length % slice === 0) await delay(clock, 0, call.signal);
  }
  return verdicts;
}

/** Indices in time order; equal times stay in the order given. */
function timeOrder(length: number, timestamps: readonly string[] | undefined): number[] {
  const order = Array.from({ length }, (_, index) => index);
  if (!timestamps) return order;
  const times = timestamps.map((time) => Date.parse(time));
  return order.sort((left, right) => (times[left] ?? 0) - (times[right] ?? 0));
}

function scoresOf(verdicts: readonly (Verdict | undefined)[], order: readonly number[]): (number | null)[] {
  const scores = new Array<number | null>(verdicts.length).fill(null);
  verdicts.forEach((verdict, at) => {
    scores[order[at] ?? at] = verdict?.score ?? null;
  });
  return scores;
}
