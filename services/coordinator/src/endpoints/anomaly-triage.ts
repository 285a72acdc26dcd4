import { type coordinator, type TriageRequest, triageReport } from '@seedcore/contracts';
import { badRequest, fail, formatTraceparent, type Handler, MeshError, ok } from '@seedcore/protocol';
import type { TaskResult } from '@seedcore/tasks';
import { taskIdOf } from '../adapters/task-id.ts';
import { demandPlainJson } from '../domain/plain-json.ts';
import { type TaskPorts, waitBudget } from './accept.ts';

const TARGET = 'coordinator.anomaly_triage';

/** Runs a triage as a durable task and waits for its report. */
export function anomalyTriage({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.anomaly_triage> {
  return async ({ triage_id, ...request }, call) => {
    const { series, domain } = request;
    const known = series.filter((value) => value !== null).length;
    if (series.length > 0 && known === 0) return fail('all_missing', { n: series.length });
    if (known < 3) return fail('series_too_short', { n: known });
    const id = triage_id ?? taskIdOf(call.idempotencyKey ?? call.id, request);
    checkContext(request.context);
    const spec = { id, type: 'anomaly_triage', domain, params: request };
    const traceparent = formatTraceparent(call.trace);
    const options = {
      queue: 'triage',
      timeoutMs: waitBudget(call),
      signal: call.signal,
      traceparent,
      target: TARGET,
    };
    const answer = await tasks.run(spec, options);
    if (!answer.ok) return fail('conflict', answer.failure.details);
    const report = reportOf(id, answer.value.result);
    return ok(report.value, report.degraded);
  };
}

/** @throws MeshError `bad_request` */
function checkContext(context: TriageRequest['context']): void {
  demandPlainJson(TARGET, '/context', context);
  if (JSON.stringify(context).length > MAX_CONTEXT) throw badRequest(TARGET, '/context', 'at most 16 KiB');
}

const MAX_CONTEXT = 16_384;

function reportOf(id: string, result: TaskResult | undefined) {
  const details = { triage_id: id };
  if (result === undefined)
    throw new MeshError('timeout', { target: TARGET, message: `triage ${id} goes on: ask again with its id`, details });
  if (result.state === 'cancelled') throw new MeshError('cancelled', { target: TARGET, details });
  const report = triageReport.safeParse(result.value);
  if (report.success) return { value: report.data, degraded: result.degraded };
  throw new MeshError('internal', { target: TARGET, message: `triage ${id} failed: ${result.error?.code}`, details });
}
