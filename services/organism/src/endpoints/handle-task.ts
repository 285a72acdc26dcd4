import type { organism } from '@seedcore/contracts';
import { fail, type Handler } from '@seedcore/protocol';
import { type ExecutePorts, execute } from '../attempt/execute.ts';
import { noRoute, type RoutePorts, routeOf } from './resolve-route.ts';

/** Runs a task on the organ its type leads to. */
export function handleTask(ports: ExecutePorts & RoutePorts): Handler<typeof organism.endpoints.handle_task> {
  return async ({ task, hints }, call) => {
    const { type, domain, requires } = task;
    const route = await routeOf({ type, domain, requires, preferred: undefined }, ports);
    const organ = route && ports.roster.organ(route.organId)?.record;
    if (route === undefined || organ === undefined) return noRoute(task, ports.roster);
    if (!route.alive)
      return fail('organ_not_ready', { organ_id: route.organId, state: 'no_live_agent', retry_after_ms: 2000 });
    return execute({ organ, task, hints, call }, ports);
  };
}
