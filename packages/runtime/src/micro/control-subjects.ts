/** What a micro service is asked about itself. */
export type ControlVerb = 'PING' | 'INFO' | 'STATS';

/**
 * The nine subjects every instance answers: each verb to all, to the service, to the instance.
 *
 * @source NATS ADR-32, "Service API"
 */
export function controlSubjects(service: string, instance: string): readonly (readonly [string, ControlVerb])[] {
  const verbs: readonly ControlVerb[] = ['PING', 'INFO', 'STATS'];
  return verbs.flatMap((verb) => [
    [`$SRV.${verb}`, verb] as const,
    [`$SRV.${verb}.${service}`, verb] as const,
    [`$SRV.${verb}.${service}.${instance}`, verb] as const,
  ]);
}
