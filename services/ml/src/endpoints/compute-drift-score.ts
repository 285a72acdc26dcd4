import type { ml } from '@seedcore/contracts';
import { fail, type Handler, type Input, type Output, ok, type Reply } from '@seedcore/protocol';
import { BoundedMap } from '../domain/bounded-map.ts';
import { arl0 } from '../domain/drift-stream.ts';
import { DriftStreams, type Observed } from '../domain/drift-streams.ts';
import { embed } from '../domain/hash-embedding.ts';
import { driftModel } from '../domain/models.ts';
import type { Observation } from '../domain/observation.ts';
import type { Ports } from '../ports.ts';

type Endpoint = typeof ml.endpoints.compute_drift_score;

const answersKept = 1000;

/** Takes an observation of a stream; a call that is repeated under its id is answered, not counted, again. */
export function computeDriftScore({ clock, announce }: Ports): Handler<Endpoint> {
  const streams = new DriftStreams();
  const answers = new BoundedMap<string, Reply<Endpoint>>(answersKept);
  return async (input, call) => {
    const before = answers.get(call.id);
    if (before) return before;
    const stream = input.stream ?? `${input.task?.type}.${input.task?.domain}`;
    const observed = streams.observe(stream, observationOf(input), clock.wallMs());
    const answer = answerOf(observed);
    answers.set(call.id, answer);
    if (observed.fits && observed.drift) announce({ stream, score: observed.drift.score, alarm: observed.drift.alarm });
    return answer;
  };
}

function observationOf({ features, text, task }: Input<Endpoint>): Observation {
  const words = text ?? (features ? undefined : task?.description);
  return { features: features ?? [], text: words === undefined ? undefined : embed(words) };
}

function answerOf(observed: Observed): Reply<Endpoint> {
  if (!observed.fits) return fail('feature_mismatch', { expected: observed.expected, got: observed.got });
  const { n, since, drift } = observed;
  const answer: Output<Endpoint> = {
    score: drift?.score ?? null,
    level: drift?.level ?? null,
    alarm: drift?.alarm ?? false,
    ...(drift?.changeAt === undefined ? {} : { change_at: new Date(drift.changeAt).toISOString() }),
    arl0,
    n,
    ready: drift !== undefined,
    since: new Date(since).toISOString(),
    top_features: drift?.topFeatures.map((feature) => ({ ...feature })) ?? [],
    model: driftModel,
  };
  return ok(answer);
}
