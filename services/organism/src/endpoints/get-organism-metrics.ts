import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import { figuresOf, mergeReports } from '../insight/merge-reports.ts';
import { type ReplicaReport, type ReportPorts, reportOf } from '../insight/replica-report.ts';
import { RESERVE_MS, type ReplicaDesk } from '../replicas/replica-desk.ts';

/** What figures of the whole stand on. */
export type MetricsPorts = ReportPorts & {
  readonly me: string;
  readonly roster: Roster;
  readonly desk: Pick<ReplicaDesk, 'ask'>;
};

/** What every replica that answers says of itself, this one included. */
export async function reportsOf(
  { desk, me, ...own }: MetricsPorts,
  asked: { readonly window_ms: number; readonly organ_id?: string },
  leftMs: number,
): Promise<{ reports: { instance: string; report: ReplicaReport }[]; missing: readonly string[] }> {
  const told = await desk.ask('report', asked, leftMs - RESERVE_MS);
  const others = told.answers.map(({ instance, value }) => ({ instance, report: value }));
  const report = reportOf(own, asked.window_ms, asked.organ_id);
  return { reports: [{ instance: me, report }, ...others], missing: told.missing };
}

/** Runs of the last minutes and what goes on now, by replica and together. */
export function getOrganismMetrics(ports: MetricsPorts): Handler<typeof organism.endpoints.get_organism_metrics> {
  const { roster } = ports;
  return async ({ window_s, organ_id }, call) => {
    if (organ_id !== undefined && roster.organ(organ_id) === undefined)
      return fail('unknown_organ', { organ_id, known: roster.organs().map(({ record }) => record.organ_id) });
    const asked = { window_ms: window_s * 1000, ...(organ_id === undefined ? {} : { organ_id }) };
    const { reports, missing } = await reportsOf(ports, asked, call.left());
    const inOrder = reports.toSorted((a, b) => (a.instance < b.instance ? -1 : 1));
    return ok({
      window_s,
      merged: figuresOf(mergeReports(reports.map(({ report }) => report))),
      replicas: inOrder.map(({ instance, report }) => ({ instance, ...figuresOf(report) })),
      partial: missing.length > 0,
      missing_replicas: [...missing],
    });
  };
}
