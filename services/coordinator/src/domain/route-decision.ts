import type { TaskRoute } from '@seedcore/contracts';

/** Task types the coordinator does itself, and the queue they wait in. */
const ownWork: Readonly<Record<string, string>> = { anomaly_triage: 'triage' };

/** The queue of a type the coordinator does itself; undefined for what organs do. */
export function ownQueueOf(type: string): string | undefined {
  return Object.hasOwn(ownWork, type) ? ownWork[type] : undefined;
}

/** Where organism says a type belongs. */
export type OrganRoute = { readonly logical_id: string; readonly queue: string; readonly resolved_from: string };

/** The route to an organ, as it is stored with the task before anything follows from it. */
export function organRoute({ logical_id, queue, resolved_from }: OrganRoute, decidedAt: Date): TaskRoute {
  return { queue, organ_id: logical_id, resolved_from, decided_at: decidedAt.toISOString() };
}

/** The route of the coordinator's own work. */
export function ownRoute(queue: string, decidedAt: Date): TaskRoute {
  return { queue, resolved_from: 'own', decided_at: decidedAt.toISOString() };
}
