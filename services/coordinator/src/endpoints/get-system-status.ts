import type { coordinator } from '@seedcore/contracts';
import { type Clock, type Handler, MeshError, ok } from '@seedcore/protocol';
import type { Tasks } from '@seedcore/tasks';
import { allCounts } from '../domain/state-counts.ts';
import { type Heard, queueLine, serviceLines, silent } from '../domain/system-status.ts';
import type { Census } from '../ports.ts';

/** What the status is gathered from. */
export type StatusPorts = { readonly census: Census; readonly tasks: Tasks; readonly clock: Clock };

const ASK_MS = 1_000;
const OWN_QUEUES = ['general', 'triage'];
const OTHERS = ['ml', 'state', 'energy', 'cognitive', 'organism'];
/** Endpoints are served from ready on: who answers this is ready. */
const SELF = { what: 'coordinator', value: { ready: true, missing: [], degraded_by: [] } };

/** The whole mesh in one look; whoever is silent is named. */
export function getSystemStatus(ports: StatusPorts): Handler<typeof coordinator.endpoints.get_system_status> {
  const { census, tasks, clock } = ports;
  return async (_input, parent) => {
    const call = { parent, deadlineMs: ASK_MS };
    const [present, mode, organs, healths, counts, paused] = await Promise.all([
      heard('$SRV', census.instances()),
      heard('energy.get_mode', census.mode(call)),
      heard('organism.get_organ_status', census.organs(call)),
      Promise.all(OTHERS.map((service) => heard(service, census.health(service, call)))),
      tasks.list({ limit: 1 }),
      tasks.paused(),
    ]);
    const pauses = new Map(paused.map(({ queue, ...pause }) => [queue, pause]));
    const queues = new Set([...OWN_QUEUES, ...(organs.value ?? []), ...pauses.keys()]);
    const lines = [...queues].map(async (queue) => {
      const { counts: here } = await tasks.list({ queue, limit: 1 });
      return queueLine(queue, here, pauses.get(queue));
    });
    const missing = silent([...healths, present, mode, organs]);
    return ok(
      {
        mode: mode.value ?? null,
        services: serviceLines(present.value ?? [], [SELF, ...healths]),
        queues: await Promise.all(lines),
        tasks: allCounts(counts.counts),
        missing,
        as_of: new Date(clock.wallMs()).toISOString(),
      },
      missing.length === 0
        ? undefined
        : { reason: `no answer: ${missing.join(', ')}`.slice(0, 200), source: 'default' },
    );
  };
}

/** An answer, or nothing where the mesh could not bring one. */
async function heard<T>(what: string, answer: Promise<T>): Promise<Heard<T>> {
  try {
    return { what, value: await answer };
  } catch (error) {
    if (error instanceof MeshError) return { what };
    throw error;
  }
}
