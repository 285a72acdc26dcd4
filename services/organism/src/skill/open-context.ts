import { type Clock, canonicalJson, delay, type Random, sha256 } from '@seedcore/protocol';
import { DeclaredFailure } from './declared-failure.ts';
import type { FailureSchemas } from './define-skill.ts';
import type { ProgressOptions, SkillContext, SkillServices } from './skill-context.ts';
import type { HostNote, HostRequest, RunOrder, SkillHost, StepStart } from './skill-host.ts';
import type { Survey } from './survey.ts';

/** Least time between two notes of progress that travel, in ms. */
const PROGRESS_EVERY_MS = 50;
/** Longest note of progress and longest message of a log line, in characters. */
const MAX_NOTE = 1000;
/** Longest arguments, and longest result, of a call that a segment tells of, in characters of JSON. */
const MAX_TOLD = 1500;
/** Most log lines of one run. */
const MAX_LINES = 200;
/** Most requests of one run that wait for an answer. */
const MAX_WAITING = 16;

/** What a context stands on. */
export type ContextPorts = {
  readonly host: SkillHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
};

/** A context together with what its run left behind. */
export type OpenContext = {
  readonly context: SkillContext<FailureSchemas>;
  /** Why the result is not live; undefined when it is. */
  degraded(): string | undefined;
};

/** Opens the context of one run; the same code serves threads and inline skills. */
export function openContext(order: RunOrder, ports: ContextPorts): OpenContext {
  const { clock, random, signal } = ports;
  const deadlineAt = clock.now() + order.leftMs;
  const ask = boundedAsk(ports.host);
  const tell = throttled(ports);
  let degraded: string | undefined;
  const line =
    (level: 'info' | 'warn') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      tell({ note: 'log', level, message: message.slice(0, MAX_NOTE), fields: plain(fields) });
  return {
    degraded: () => degraded,
    context: {
      signal,
      taskId: order.taskId,
      attempt: order.attempt,
      epoch: order.epoch,
      idempotencyKey: order.idempotencyKey,
      correction: order.correction,
      log: { info: line('info'), warn: line('warn') },
      services: servicesOver(ask),
      left: () => Math.max(0, deadlineAt - clock.now()),
      progress: (note, options = {}) =>
        tell({ note: 'progress', text: note.slice(0, MAX_NOTE), pct: options.pct, ...toldCall(options) }),
      step: (name, effect) => stepOver(ask, name, effect),
      survey: async (names, timeoutMs) => (await ask({ op: 'survey', names, timeoutMs })) as Survey,
      pause: (ms) => delay(clock, ms, signal),
      degrade: (reason) => {
        degraded = reason.slice(0, 200);
      },
      fail: (code, data) => {
        throw new DeclaredFailure(code, data);
      },
      now: () => clock.wallMs(),
      random: () => random.next(),
    },
  };
}

/** A call of a tool as it travels: what is larger than a segment may be goes as its hash, which tells it from another too. */
function toldCall({ tool, args, result }: ProgressOptions) {
  if (tool === undefined) return {};
  return {
    tool: tool.slice(0, 64),
    ...(args === undefined ? {} : { args: bounded(args) }),
    ...(result === undefined ? {} : { result: bounded(result) }),
  };
}

function bounded(value: unknown): unknown {
  const text = canonicalJson(value);
  return text.length <= MAX_TOLD ? JSON.parse(text) : { sha256: sha256(text) };
}

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

/** A loop that reports without end must not flood the host: what comes too fast is dropped here, at the source. */
function throttled({ host, clock }: ContextPorts): (note: HostNote) => void {
  let nextProgressAt = Number.NEGATIVE_INFINITY;
  let lines = 0;
  return (note) => {
    if (note.note === 'log') {
      if (lines++ < MAX_LINES) host.tell(note);
      return;
    }
    if (clock.now() < nextProgressAt) return;
    nextProgressAt = clock.now() + PROGRESS_EVERY_MS;
    host.tell(note);
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

async function stepOver<T>(ask: AskHost, name: string, effect: (key: string) => Promise<T>): Promise<T> {
  const start = (await ask({ op: 'step_begin', name })) as StepStart;
  if ('value' in start) return start.value as T;
  let value: T;
  try {
    value = await effect(start.key);
  } catch (cause) {
    await ask({ op: 'step_failed', name, message: cause instanceof Error ? cause.message : String(cause) });
    throw cause;
  }
  return (await ask({ op: 'step_end', name, value })) as T;
}

/** Fields as plain JSON, so that no value of them fails to cross a message port. */
function plain(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(fields)) as Record<string, unknown>;
}
