import type { organism } from '@seedcore/contracts';
import { type Handler, type Input, MeshError, type Output, ok } from '@seedcore/protocol';
import { type Route, resolveRoute } from '../domain/route.ts';
import type { KnownRouting } from '../routing/routing-table.ts';
import { liveHost, queueOf, type RoutePorts } from './resolve-route.ts';

type Endpoint = typeof organism.endpoints.resolve_routes;
type Item = Input<Endpoint>['tasks'][number];
type Line = Output<Endpoint>['results'][number];

/** Which organs many tasks would go to; one that leads nowhere is its own trouble. */
export function resolveRoutes(ports: RoutePorts): Handler<Endpoint> {
  return async ({ tasks }) => {
    const routing = await known(ports);
    const results = tasks.map((item) => (routing === undefined ? unread(item) : lineOf(item, routing, ports)));
    return ok({ epoch: ports.table.epoch, results });
  };
}

/** Undefined while the bucket is out of reach and nothing was ever read. */
async function known({ table }: RoutePorts): Promise<KnownRouting | undefined> {
  try {
    return await table.get();
  } catch (cause) {
    if (cause instanceof MeshError) return undefined;
    throw cause;
  }
}

const unread = (item: Item): Line => ({ ...nameOf(item), status: 'error', cache_hit: false, cache_age_ms: 0 });

function lineOf(item: Item, routing: KnownRouting, ports: RoutePorts): Line {
  const { type, domain, requires, preferred_logical_id: preferred } = item;
  const organs = ports.roster.routable(ports.clock.now());
  const route = resolveRoute({ type, domain, requires, preferred }, organs, routing.rules.value);
  const cache = { cache_hit: routing.hit, cache_age_ms: routing.ageMs };
  if (route === undefined) return { ...nameOf(item), status: 'unknown_type', ...cache };
  ports.resolved(route.from);
  return {
    ...nameOf(item),
    status: statusOf(route),
    logical_id: route.organId,
    queue: queueOf(route.organId, type, ports),
    resolved_from: route.from,
    ...liveHost(route.organId, ports),
    ...cache,
  };
}

function statusOf({ alive, from }: Route): Line['status'] {
  if (!alive) return 'no_active_instance';
  return from === 'fallback' ? 'fallback' : 'ok';
}

const nameOf = ({ index, key }: Item) => ({
  ...(index === undefined ? {} : { index }),
  ...(key === undefined ? {} : { key }),
});
