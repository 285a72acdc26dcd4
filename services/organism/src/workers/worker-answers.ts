import type { worker } from '@seedcore/contracts';
import { fail, type Input, ok, type Reply } from '@seedcore/protocol';
import type { EffectStart } from '../skill/skill-host.ts';
import { finish } from './finish.ts';
import type { WorkerSession } from './session.ts';
import type { SlotRun } from './slot.ts';
import type { WorkerDesk } from './worker-desk.ts';

type Endpoints = typeof worker.endpoints;
type Given<E extends keyof Endpoints> = Input<Endpoints[E]>;
type Answer<E extends keyof Endpoints> = Promise<Reply<Endpoints[E]>>;

/** What the replica that keeps a worker answers to it; one that it does not keep is not known. */
export class WorkerAnswers {
  readonly #desk: WorkerDesk;

  constructor(desk: WorkerDesk) {
    this.#desk = desk;
  }

  async claim({ worker: name, handle, skills, wait_ms }: Given<'claim'>): Answer<'claim'> {
    const session = this.#desk.get(name);
    if (session === undefined) return unknownWorker(name);
    if (session.handle !== handle) return staleHandle(session);
    session.heard();
    const { organ_id } = session.record;
    if (this.#desk.draining) return ok({ work: null, why: 'draining' });
    if (this.#desk.stopped(organ_id)) return ok({ work: null, why: 'paused' });
    const claimed = session.claims.wait(skills, wait_ms);
    this.#desk.ports.pool.someReady();
    const work = await claimed;
    if (work !== undefined) return ok({ work });
    if (this.#desk.draining) return ok({ work: null, why: 'draining' });
    const { breakers } = this.#desk.ports;
    const open = skills.every((specialty) => breakers.waitMs({ organId: organ_id, specialty }) !== undefined);
    return ok({ work: null, why: open ? 'breaker_open' : 'none' });
  }

  async progress({ worker: name, task_id, epoch, ...said }: Given<'progress'>): Answer<'progress'> {
    const session = this.#desk.get(name);
    session?.heard();
    const run = session?.run(task_id, epoch);
    const kind = session?.stopOf(task_id, epoch) ?? (run === undefined ? 'lost' : undefined);
    if (run === undefined || kind !== undefined) return ok({ go: 'stop', kind: kind ?? 'lost' });
    const isNew = !run.begun || said.seq > run.seq;
    run.begun = true;
    run.seq = Math.max(run.seq, said.seq);
    if (isNew) tell(run, said);
    return ok({ go: 'on', left_ms: this.#leftMs(run) });
  }

  async beat({ worker: name, handle, running }: Given<'beat'>): Answer<'beat'> {
    const session = this.#desk.get(name);
    if (session === undefined) return unknownWorker(name);
    if (session.handle !== handle) return staleHandle(session);
    session.heard();
    const stop = running.flatMap(({ task_id, epoch }) => {
      const run = session.run(task_id, epoch);
      if (run !== undefined) run.begun = true;
      const kind = session.stopOf(task_id, epoch);
      return kind === undefined ? [] : [{ task_id, kind }];
    });
    letGo(session, running);
    return ok({ ok: true, stop });
  }

  async effect({ worker: name, task_id, epoch, ...effect }: Given<'effect'>): Answer<'effect'> {
    const session = this.#desk.get(name);
    session?.heard();
    const run = session?.run(task_id, epoch);
    if (run === undefined || run.stop !== undefined)
      return fail('stopped', { task_id, kind: session?.stopOf(task_id, epoch) ?? 'lost' });
    run.begun = true;
    try {
      return ok(await (effect.phase === 'begin' ? begin(run, effect.name) : commit(run, effect)));
    } catch (cause) {
      if (isUnknown(cause)) return ok(unknown(run));
      if (!(cause instanceof RangeError)) throw cause;
      return fail('no_effect', { name: effect.name, reason: cause.message });
    }
  }

  finish(input: Given<'finish'>): Answer<'finish'> {
    return finish(input, this.#desk);
  }

  async bye({ worker: name, handle }: Given<'bye'>): Answer<'bye'> {
    const session = this.#desk.get(name);
    if (session === undefined) return unknownWorker(name);
    if (session.handle !== handle) return staleHandle(session);
    return ok({ handed_back: await this.#desk.dismiss(session, 'handed_back') });
  }

  #leftMs({ order, givenAt }: SlotRun): number {
    return Math.max(0, Math.round(order.leftMs - (this.#desk.ports.clock.now() - givenAt)));
  }
}

/** Nobody here knows a worker of that name. */
export const unknownWorker = (name: string) => fail('unknown_worker', { worker: name });

const staleHandle = ({ record, handle }: WorkerSession) =>
  fail('stale_handle', { worker: record.worker, current_handle: handle });

/** What was to end and is not named any more has been let go. */
function letGo(session: WorkerSession, running: Given<'beat'>['running']): void {
  for (const run of session.runs()) {
    const named = running.some(({ task_id, epoch }) => task_id === run.order.taskId && epoch === run.order.epoch);
    if (run.stop !== undefined && run.begun && !named) run.end({ end: 'stopped', by: 'agent' });
  }
}

function tell(
  { host }: SlotRun,
  { note, pct, tool, args, result }: Omit<Given<'progress'>, 'worker' | 'task_id' | 'epoch'>,
) {
  const call = tool === null ? {} : { tool, args, result };
  host.tell({ note: 'progress', text: note, pct: pct ?? undefined, ...call });
}

async function begin({ host }: SlotRun, name: string) {
  const start = (await host.ask({ op: 'effect_begin', name, findable: false })) as EffectStart;
  return 'key' in start ? { run: true, key: start.key } : { run: false, value: 'value' in start ? start.value : null };
}

async function commit({ host }: SlotRun, { name, value }: { readonly name: string; readonly value?: unknown }) {
  await host.ask({ op: 'effect_end', name, value: value ?? null });
  return { ok: true };
}

/** What nobody can know ends the task, whatever its worker does about it. */
function unknown(run: SlotRun) {
  run.end({ end: 'defect', code: 'effect_unknown', message: 'nobody knows whether it was done', retryable: false });
  return { run: false, unknown: true };
}

/** Durable tasks say so with an error of their own. */
const isUnknown = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'effect_unknown';
