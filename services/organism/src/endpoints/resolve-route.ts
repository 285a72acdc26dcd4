import type { organism } from '@seedcore/contracts';
import { type Clock, fail, type Handler, ok } from '@seedcore/protocol';
import { skillQueue } from '../domain/remote-skill.ts';
import type { Roster } from '../domain/roster.ts';
import { type ResolvedFrom, type Route, type RouteQuestion, resolveRoute } from '../domain/route.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import type { Skill } from '../skill/define-skill.ts';

/** What routing stands on. */
export type RoutePorts = {
  readonly roster: Roster;
  readonly table: RoutingTable;
  readonly skills: Pick<ReadonlyMap<string, Skill>, 'get'>;
  readonly clock: Clock;
  readonly resolved: (from: ResolvedFrom) => void;
};

/** The organ for a question; undefined when none has the skill. */
export async function routeOf(question: RouteQuestion, ports: RoutePorts): Promise<Route | undefined> {
  const { rules } = await ports.table.get();
  const route = resolveRoute(question, ports.roster.routable(ports.clock.now()), rules.value);
  if (route !== undefined) ports.resolved(route.from);
  return route;
}

/** Where work of a type waits: in the queue of its organ, or of the skill, where workers have it. */
export const queueOf = (organId: string, type: string, { skills }: Pick<RoutePorts, 'skills'>): string =>
  skills.get(type)?.isolation === 'remote' ? skillQueue(type) : organId;

/** The answer to a question no organ has the skill for. */
export function noRoute({ type, domain }: Pick<RouteQuestion, 'type' | 'domain'>, roster: Roster) {
  const known = new Set(roster.organs().flatMap(({ record }) => record.skills));
  return fail('no_route', { type, domain, known_types: [...known].sort() });
}

/** A host of a live agent of the organ, as a field of an answer; nothing when there is none. */
export function liveHost(organId: string, { roster, clock }: Pick<RoutePorts, 'roster' | 'clock'>) {
  const now = clock.now();
  const live = roster.agents(organId).find((agent) => ['idle', 'busy', 'slow'].includes(roster.presence(agent, now)));
  const host = live?.holding.host ?? undefined;
  return host === undefined ? {} : { instance_id: host };
}

/** Which organ work of a type would go to, and why. */
export function resolveRouteEndpoint(ports: RoutePorts): Handler<typeof organism.endpoints.resolve_route> {
  return async ({ task, preferred_logical_id: preferred }) => {
    const route = await routeOf({ ...task, preferred }, ports);
    if (route === undefined) return noRoute(task, ports.roster);
    const { ageMs } = await ports.table.get();
    return ok({
      logical_id: route.organId,
      resolved_from: route.from,
      queue: queueOf(route.organId, task.type, ports),
      epoch: ports.table.epoch,
      ...liveHost(route.organId, ports),
      alive: route.alive,
      age_ms: ageMs,
    });
  };
}
