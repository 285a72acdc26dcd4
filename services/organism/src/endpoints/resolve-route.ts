import type { organism } from '@seedcore/contracts';
import { type Clock, fail, type Handler, ok } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import { type ResolvedFrom, type Route, type RouteQuestion, resolveRoute, shippedRules } from '../domain/route.ts';

/** What routing stands on. */
export type RoutePorts = {
  readonly roster: Roster;
  readonly clock: Clock;
  readonly lagMs: () => number;
  readonly resolved: (from: ResolvedFrom) => void;
};

/** The organ for a question; undefined when none has the skill. */
export function routeOf(question: RouteQuestion, { roster, clock, resolved }: RoutePorts): Route | undefined {
  const route = resolveRoute(question, roster.routable(clock.now()), shippedRules);
  if (route !== undefined) resolved(route.from);
  return route;
}

/** The answer to a question no organ has the skill for. */
export function noRoute({ type, domain }: Pick<RouteQuestion, 'type' | 'domain'>, roster: Roster) {
  const known = new Set(roster.organs().flatMap(({ record }) => record.skills));
  return fail('no_route', { type, domain, known_types: [...known].sort() });
}

/** Which organ work of a type would go to, and why. */
export function resolveRouteEndpoint(ports: RoutePorts): Handler<typeof organism.endpoints.resolve_route> {
  const { roster, clock, lagMs } = ports;
  return ({ task, preferred_logical_id: preferred }) => {
    const route = routeOf({ ...task, preferred }, ports);
    if (route === undefined) return noRoute(task, roster);
    const now = clock.now();
    const live = roster
      .agents(route.organId)
      .find((agent) => ['idle', 'busy', 'slow'].includes(roster.presence(agent, now)));
    const host = live?.holding.host;
    return ok({
      logical_id: route.organId,
      resolved_from: route.from,
      queue: route.organId,
      epoch: roster.epoch,
      ...(host === undefined || host === null ? {} : { instance_id: host }),
      alive: route.alive,
      age_ms: lagMs(),
    });
  };
}
