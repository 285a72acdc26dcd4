import { delay, MeshError, meshErrors } from '@seedcore/protocol';
import { DeclaredFailure, type Effect, type Found, type FoundMemory, type SkillMemory } from '@seedcore/tasks/skill';
import type { WebAnswer, WebRefusal } from '../web/web.ts';
import { Buffered } from './buffered.ts';
import { callSkill } from './call-skill.ts';
import type { SkillProgram } from './define-skill.ts';
import { mergedNotes } from './merged-notes.ts';
import type { ContextPorts, Frame, SharedRun } from './run-frame.ts';
import { scopedName } from './scope.ts';
import { MAX_NOTE, segmentNote } from './segment.ts';
import type { SkillContext, SkillServices } from './skill-context.ts';
import type { EffectStart, HostRequest, RunOrder, SkillHost, StepStart } from './skill-host.ts';
import type { Survey } from './survey.ts';

/** Memories a search brings when nobody says how many. */
const MEMORIES = 10;
/** Most requests of one run that wait for an answer. */
const MAX_WAITING = 16;

/** A context together with what its run left behind. */
export type OpenContext = {
  readonly context: SkillContext;
  /** Why the result is not live; undefined when it is. */
  degraded(): string | undefined;
  /** Sends what it said last and too soon after something else. */
  flush(): void;
  readonly buffered: Buffered;
};

/** Opens the context of one run; the same code serves threads and inline skills. */
export function openContext(skill: SkillProgram, order: RunOrder, ports: ContextPorts): OpenContext {
  const buffered = new Buffered();
  const notes = mergedNotes(ports);
  let degraded: string | undefined;
  const run: SharedRun = {
    order,
    ports,
    deadlineAt: ports.clock.now() + order.leftMs,
    ask: boundedAsk(ports.host),
    tell: notes.tell,
    buffered,
    degrade: (reason) => {
      degraded = reason.slice(0, 200);
    },
  };
  const context = contextOf(run, { skill, scope: '', depth: 0 });
  return { context, degraded: () => degraded, buffered, flush: notes.flush };
}

/** What one skill of a run is given. */
function contextOf(run: SharedRun, frame: Frame): SkillContext {
  const { order, ports, ask, tell } = run;
  const { clock, random, signal } = ports;
  const calls = new Map<string, number>();
  return {
    signal,
    taskId: order.taskId,
    attempt: order.attempt,
    epoch: order.epoch,
    idempotencyKey: frame.scope === '' ? order.idempotencyKey : `${order.idempotencyKey}/${frame.scope}`,
    correction: order.correction,
    log: { info: lineOf(tell, 'info'), warn: lineOf(tell, 'warn') },
    services: servicesOver(ask),
    left: () => Math.max(0, run.deadlineAt - clock.now()),
    progress: (note, segment = {}) => tell(segmentNote(note, segment)),
    emit: (kind, data) => run.buffered.emit(kind, data),
    memory: memoryOver(ask, run.buffered),
    step: (name, effect) => stepOver(ask, scopedName(frame.scope, name), effect),
    effect: (name, how) => {
      if (!frame.skill.sideEffects) throw new TypeError(`${frame.skill.name} uses effect: declare sideEffects`);
      return effectOver(ask, scopedName(frame.scope, name), how);
    },
    call: async (name, input) =>
      (await callSkill({ run, frame, calls, open: (inner) => contextOf(run, inner) }, name, input)) as never,
    fetch: async (request) => (await ask({ op: 'fetch', request })) as WebAnswer | WebRefusal,
    survey: async (names, timeoutMs) => (await ask({ op: 'survey', names, timeoutMs })) as Survey,
    pause: (ms) => delay(clock, ms, signal),
    degrade: run.degrade,
    fail: (code, data) => {
      throw new DeclaredFailure(code, data);
    },
    now: () => clock.wallMs(),
    random: () => random.next(),
  };
}

const lineOf =
  (tell: SharedRun['tell'], level: 'info' | 'warn') =>
  (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
    tell({ note: 'log', level, message: message.slice(0, MAX_NOTE), fields: plain(fields) });

type AskHost = (request: HostRequest) => Promise<unknown>;

function boundedAsk(host: SkillHost): AskHost {
  let waiting = 0;
  return async (request) => {
    if (waiting >= MAX_WAITING) throw new RangeError(`more than ${MAX_WAITING} requests wait for an answer`);
    waiting++;
    try {
      return await host.ask(request);
    } finally {
      waiting--;
    }
  };
}

/** Service clients whose methods become requests to the host, so that nothing but names and inputs crosses over. */
function servicesOver(ask: AskHost): SkillServices {
  const client = (service: string) =>
    new Proxy(
      {},
      { get: (_, endpoint) => (input: unknown) => ask({ op: 'call', service, endpoint: String(endpoint), input }) },
    );
  return { ml: client('ml'), state: client('state') } as SkillServices;
}

/** What a run has put itself is there for it before anybody keeps it. */
function memoryOver(ask: AskHost, buffered: Buffered): SkillMemory {
  return {
    put: (key, value) => buffered.put(key, value),
    remember: (text) => buffered.remember(text),
    get: async (key) => (buffered.item(key) ?? { value: await ask({ op: 'memory_item', key }) }).value as never,
    search: async (query, { k = MEMORIES } = {}) =>
      (await ask({ op: 'memory_search', query, k })) as readonly FoundMemory[],
  };
}

async function stepOver<T>(ask: AskHost, name: string, effect: (key: string) => Promise<T>): Promise<T> {
  const start = (await ask({ op: 'step_begin', name })) as StepStart;
  if ('value' in start) return start.value as T;
  let value: T;
  try {
    value = await effect(start.key);
  } catch (cause) {
    await ask({ op: 'step_failed', name, message: messageOf(cause) });
    throw cause;
  }
  return (await ask({ op: 'step_end', name, value })) as T;
}

async function effectOver<T>(ask: AskHost, name: string, { run, find }: Effect<T>): Promise<T> {
  let start = (await ask({ op: 'effect_begin', name, findable: find !== undefined })) as EffectStart;
  if ('find' in start) {
    const found: Found<T> = find === undefined ? 'unknown' : await find(start.find);
    start = (await ask({ op: 'effect_found', name, found })) as StepStart;
  }
  if ('value' in start) return start.value as T;
  let value: T;
  try {
    value = await run(start.key);
  } catch (cause) {
    await ask({ op: 'effect_failed', name, message: messageOf(cause), refused: nothingWasDone(cause) });
    throw cause;
  }
  return (await ask({ op: 'effect_end', name, value })) as T;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Only a call of the mesh that was refused is known not to have begun. */
function nothingWasDone(cause: unknown): boolean {
  if (!(cause instanceof MeshError)) return false;
  const { kind } = meshErrors[cause.code];
  return kind === 'not_run' || kind === 'local';
}

/** Fields as plain JSON, so that no value of them fails to cross a message port. */
function plain(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(fields)) as Record<string, unknown>;
}
