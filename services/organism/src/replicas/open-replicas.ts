import type { Host } from '@seedcore/runtime';
import { meshReplicas } from '../adapters/mesh-replicas.ts';
import type { Roster } from '../domain/roster.ts';
import { ownLines } from '../endpoints/get-organism-logs.ts';
import { type ReportPorts, reportOf } from '../insight/replica-report.ts';
import type { OrganWork } from '../organs/organ-work.ts';
import { stoppedHere } from '../organs/stop-everywhere.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import { ReplicaDesk } from './replica-desk.ts';

/** The process this replica is. */
type ReplicaParts = Pick<Host<unknown>, 'mesh' | 'instance' | 'clock' | 'random' | 'log' | 'recentLog'> &
  Pick<ReportPorts, 'vitals'>;

/** What the parts of answers stand on that other replicas ask for. */
type OwnParts = Pick<ReportPorts, 'runs' | 'pool'> & {
  readonly roster: Roster;
  readonly table: RoutingTable;
  readonly organWork: OrganWork;
};

/** How this replica asks the others, and what it does when they ask. */
export function openReplicas(parts: ReplicaParts, own: OwnParts) {
  const { mesh, instance: me, clock, random, log } = parts;
  const { roster, table, organWork } = own;
  const others = () => roster.hosts(clock.now()).flatMap(({ id }) => (id === me ? [] : [id]));
  const warn = (message: string, err: unknown) => log.warn({ err }, message);
  const desk = new ReplicaDesk({ me, others, clock, random, warn, bus: meshReplicas(mesh) });
  desk.serve({
    refresh_routing: async () => {
      await table.refresh();
      return {};
    },
    stand_still: ({ organs }, leftMs) => stoppedHere(organs, organWork, leftMs),
    report: async ({ window_ms, organ_id }) => reportOf({ ...parts, ...own }, window_ms, organ_id),
    log_lines: async (filter) => ownLines(parts, filter),
  });
  return desk;
}
