import type { TaskRoute } from '@seedcore/contracts';
import { type Clock, parseTraceparent } from '@seedcore/protocol';
import type { RouteDecision, RoutedTask } from '@seedcore/tasks';
import { present } from '../domain/present.ts';
import { organRoute, ownQueueOf, ownRoute } from '../domain/route-decision.ts';
import type { Announcements, Organs } from '../ports.ts';

/** What routing asks of the world. */
export type RouterPorts = { readonly organs: Organs; readonly announcements: Announcements; readonly clock: Clock };

const ROUTE_MS = 2_000;

/** Decides where a due task of queue `general` goes; while organism is silent it throws, and the task waits. */
export function generalRouter(ports: RouterPorts): (task: RoutedTask) => Promise<RouteDecision> {
  return async (task) => {
    const { type, domain, requires, hints } = task.spec;
    const own = ownQueueOf(type);
    if (own !== undefined) return handOver(task, ownRoute(own, now(ports)), ports);
    const wanted = { type, domain, requires, preferred: hints.organ_id };
    const trace = parseTraceparent(task.traceparent);
    const answer = await ports.organs.route(wanted, { deadlineMs: ROUTE_MS, signal: task.signal, trace });
    if ('none' in answer) return refusal(answer.none, `no organ does "${type}" in domain "${domain}"`);
    return handOver(task, organRoute(answer.value, now(ports)), ports);
  };
}

function handOver({ id, spec }: RoutedTask, route: TaskRoute, { announcements }: RouterPorts): RouteDecision {
  announcements.routed({ id, type: spec.type }, route);
  return { to: route.queue, route: present(route) };
}

const now = ({ clock }: RouterPorts) => new Date(clock.wallMs());

const refusal = (code: string, message: string): RouteDecision => ({ refuse: { code, message } });
