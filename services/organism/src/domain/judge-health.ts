/** What the judgement needs of a service: who answered, who is ready, what they miss. */
export type Vitals = { readonly instances: number; readonly ready: number; readonly missing: readonly string[] };

/**
 * One word for all: down when the broker's storage or every service is away, healthy when every service has a ready
 * instance that misses nothing, degraded in between.
 */
export function judgeHealth(survey: {
  readonly services: readonly Vitals[];
  readonly jetstream: { readonly ok: boolean };
}): 'healthy' | 'degraded' | 'down' {
  const up = survey.services.filter(({ ready }) => ready > 0);
  if (!survey.jetstream.ok || (survey.services.length > 0 && up.length === 0)) return 'down';
  const whole = survey.services.every(
    ({ ready, instances, missing }) => ready > 0 && ready === instances && missing.length === 0,
  );
  return whole ? 'healthy' : 'degraded';
}
