import type { worker } from '@seedcore/contracts';
import { fail, type Input, ok, type Reply, validate } from '@seedcore/protocol';
import type { Emitted, SkillEnd } from '../domain/skill-end.ts';
import { Buffered } from '../skill/buffered.ts';
import type { SlotRun } from './slot.ts';
import type { WorkerDesk } from './worker-desk.ts';

type Endpoint = typeof worker.endpoints.finish;
type Finish = Input<Endpoint>;

/** A worker hands in what came of a run. What was ended before, or belongs to nobody here, stays as the record has it. */
export async function finish(input: Finish, desk: WorkerDesk): Promise<Reply<Endpoint>> {
  const session = desk.get(input.worker);
  session?.heard();
  const run = session?.run(input.task_id, input.epoch);
  if (run === undefined) return late(input, desk);
  if (run.stop !== undefined) {
    run.end({ end: 'stopped', by: 'agent', ...(input.status === 'handed_back' ? {} : { late: lateOf(input) }) });
    return late(input, desk);
  }
  const end = endOf(input, run, desk);
  if ('problems' in end) return refused(run, end.problems);
  if (run.order.durable !== true) {
    run.end(end);
    return ok({ accepted: true });
  }
  const settled = desk.ports.settlements.of(run.order);
  run.end(end);
  return (await settled) ? ok({ accepted: true }) : late(input, desk);
}

/** Bad output may be sent once more; the second time it is a defect of the run. */
function refused(run: SlotRun, problems: readonly string[]): Reply<Endpoint> {
  const may_repeat = !run.refused;
  run.refused = true;
  if (!may_repeat)
    run.end({ end: 'defect', code: 'bad_output', message: problems.join('; ').slice(0, 400), retryable: true });
  return fail('bad_output', { problems: [...problems], may_repeat });
}

function endOf(input: Finish, { order }: SlotRun, { ports }: WorkerDesk): SkillEnd | { readonly problems: string[] } {
  if (input.status === 'handed_back') return { end: 'let_go', as: 'handed_back' };
  if (input.status === 'error') return errorOf(input.error);
  const schema = ports.skills.get(order.skill)?.output;
  const checked = schema === undefined ? undefined : validate(schema, input.output);
  if (checked !== undefined && !checked.ok)
    return { problems: checked.problems.slice(0, 16).map(({ field, message }) => `${field || '/'}: ${message}`) };
  const emitted = emittedIn(input);
  if ('problems' in emitted) return emitted;
  return { end: 'ok', output: input.output, ...(emitted.events.length === 0 ? {} : { emitted: emitted.events }) };
}

function emittedIn({ emit }: Finish): { readonly events: readonly Emitted[] } | { readonly problems: string[] } {
  const emitted = new Buffered();
  try {
    for (const { kind, data } of emit) emitted.emit(kind, data);
    return { events: emitted.emitted };
  } catch (cause) {
    return { problems: [cause instanceof Error ? cause.message : String(cause)] };
  }
}

/** Without a word about it, it failed. */
function errorOf({ code, message, declared, data }: NonNullable<Finish['error']> = NO_ERROR): SkillEnd {
  if (declared) return { end: 'failed', code, message: message || code, data };
  return { end: 'defect', code, message: message || code, retryable: true };
}

const NO_ERROR = { code: 'failed', message: 'it did not say why', declared: false } as const;

const lateOf = ({ status }: Finish) => (status === 'ok' ? 'ok' : 'error');

/** What the record says about the run; a repeat of what it has taken is as good as the first. */
async function late({ task_id, epoch, status }: Finish, { ports }: WorkerDesk): Promise<Reply<Endpoint>> {
  const view = await ports.tasks.get(task_id);
  const outcome = view?.attempts.find((attempt) => attempt.epoch === epoch)?.outcome;
  if (outcome === status) return ok({ accepted: true });
  return ok({ accepted: false, outcome: outcome === undefined || outcome === 'parked' ? 'lost' : outcome, late: true });
}
