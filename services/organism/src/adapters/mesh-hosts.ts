import type { Mesh, WireMessage } from '@seedcore/mesh';
import {
  type Call,
  type Clock,
  CodecError,
  formatTraceparent,
  isInbox,
  isMeshErrorCode,
  jsonCodec,
  MeshError,
  newTrace,
  OpenCall,
  parseTraceparent,
  validate,
} from '@seedcore/protocol';
import type { z } from 'zod';
import type { AgentQuestion, AgentReport } from '../hosts/agent-report.ts';
import type { AgentRun, AgentRunReply, HostDesk } from '../hosts/host-desk.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { Handed, WorkerMessage } from '../workers/worker-door.ts';
import { asked, asking, handed, handedOn, handing, handingOn, isDeclared } from './host-messages.ts';

/** Replicas are asked at subjects of their own: a call from a service to itself would be a cycle, this is one hop. */
const SERVICE = 'organism_host';
const TARGET = 'organism.execute_on_agent';
/** Most questions of this process that wait for an answer. */
const MAX_WAITING = 4096;
/** Time of a run that is kept for its answer to travel, in ms. */
const TRAVEL_MS = 50;

type Desk = Pick<HostDesk, 'ask' | 'run'>;
type Waiting = (message: WireMessage) => void;

/** Every replica by its instance: this one is asked directly, the others over the mesh. */
export class MeshHosts implements Hosts {
  readonly #mesh: Mesh;
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Map<string, OpenCall>();
  #desk: Desk | undefined;
  #questions = 0;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
    mesh.transport.subscribe(`${mesh.transport.inbox}.host.*`, (message) => {
      this.#waiting.get(message.subject)?.(message);
    });
  }

  serve(desk: Desk): void {
    this.#desk = desk;
    const { transport, subjects, instance } = this.#mesh;
    const at = (what: string) => subjects.instance(SERVICE, instance, what);
    transport.subscribe(at('ask'), (message) => void this.#answerAsk(message, desk));
    transport.subscribe(at('run'), (message) => void this.#answerRun(message, desk));
    transport.subscribe(at('cancel'), ({ data }) => this.#cancel(new TextDecoder().decode(data)));
  }

  async ask(host: string, question: AgentQuestion, ms: number): Promise<readonly AgentReport[] | undefined> {
    if (host === this.#mesh.instance) return this.#desk?.ask(question);
    const { agentIds, probeMs } = question;
    const body = { agents: agentIds, ...(probeMs === undefined ? {} : { probe_ms: probeMs }) };
    const answer = await this.#request({ host, what: 'ask', body, ms });
    return answer === undefined ? undefined : read(asked, answer)?.reports;
  }

  async run(host: string, run: AgentRun, call: Call): Promise<AgentRunReply> {
    if (this.#desk !== undefined && host === this.#mesh.instance) return this.#desk.run(run, call);
    const left_ms = Math.max(1, call.left() - TRAVEL_MS);
    const traceparent = formatTraceparent(call.trace);
    const body = { run, call: { id: call.id, left_ms, traceparent, criticality: call.criticality } };
    const onAbort = () => this.#tell(host, 'cancel', new TextEncoder().encode(call.id));
    call.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const answer = await this.#request({ host, what: 'run', body, ms: call.left(), signal: call.signal });
      call.signal.throwIfAborted();
      if (answer === undefined) throw new MeshError('deadline_exceeded', { target: TARGET, instance: host });
      return replyOf(answer, host);
    } finally {
      call.signal.removeEventListener('abort', onAbort);
    }
  }

  serveWorkers(answer: (message: WorkerMessage) => Promise<Handed>): void {
    const { transport, subjects, instance } = this.#mesh;
    transport.subscribe(subjects.instance(SERVICE, instance, 'work'), (message) => {
      const given = read(handingOn, message);
      if (given === undefined) return;
      answer(given).then(
        (reply) => this.#reply(message, reply),
        (cause: unknown) => this.#reply(message, { error: errorOf(cause) }),
      );
    });
  }

  async handOn(host: string, body: WorkerMessage, ms: number): Promise<Handed | 'absent'> {
    const answer = await this.#request({ host, what: 'work', body, ms });
    if (answer?.status !== undefined) return 'absent';
    const reply = answer && read(handedOn, answer);
    const target = `worker.${body.endpoint}`;
    if (reply === undefined) throw new MeshError('unavailable', { target, instance: host });
    if (!('error' in reply)) return reply;
    const { code, message } = reply.error;
    throw new MeshError(isMeshErrorCode(code) ? code : 'internal', { target, message, instance: host });
  }

  /** Undefined when no answer came in time, or `signal` aborted. */
  #request({ host, what, body, ms, signal }: Request): Promise<WireMessage | undefined> {
    if (this.#waiting.size >= MAX_WAITING) return Promise.resolve(undefined);
    const { transport, clock } = this.#mesh;
    const reply = `${transport.inbox}.host.${this.#questions++}`;
    const answered = Promise.withResolvers<WireMessage | undefined>();
    const none = () => answered.resolve(undefined);
    const timer = clock.after(ms, none);
    signal?.addEventListener('abort', none, { once: true });
    this.#waiting.set(reply, answered.resolve);
    if (!this.#tell(host, what, jsonCodec.encode(body), reply)) none();
    return answered.promise.finally(() => {
      timer.cancel();
      signal?.removeEventListener('abort', none);
      this.#waiting.delete(reply);
    });
  }

  /** False without a connection, or when it is too large to be sent. */
  #tell(host: string, what: string, data: Uint8Array, reply?: string): boolean {
    const { transport, subjects } = this.#mesh;
    if (transport.state !== 'up' || data.length > transport.maxPayload) return false;
    transport.publish(subjects.instance(SERVICE, host, what), data, { reply });
    return true;
  }

  async #answerAsk(message: WireMessage, desk: Desk): Promise<void> {
    const question = read(asking, message);
    if (question === undefined) return;
    const { agents: agentIds, probe_ms: probeMs } = question;
    const reports = await desk.ask({ agentIds, ...(probeMs === undefined ? {} : { probeMs }) });
    this.#reply(message, { reports });
  }

  async #answerRun(message: WireMessage, desk: Desk): Promise<void> {
    const given = read(handing, message);
    if (given === undefined) return;
    const call = callOf(given.call, this.#mesh);
    this.#running.set(call.id, call);
    try {
      this.#reply(message, await desk.run(given.run, call));
    } catch (cause) {
      this.#reply(message, { error: errorOf(cause) });
    } finally {
      this.#running.delete(call.id);
      call.end();
    }
  }

  #cancel(id: string): void {
    this.#running.get(id)?.abort(new MeshError('cancelled', { target: TARGET, started: true }));
  }

  #reply({ reply }: WireMessage, body: unknown): void {
    const { transport } = this.#mesh;
    if (reply === undefined || !isInbox(reply) || transport.state !== 'up') return;
    transport.publish(reply, jsonCodec.encode(body));
  }
}

type Request = {
  readonly host: string;
  readonly what: 'ask' | 'run' | 'work';
  readonly body: unknown;
  readonly ms: number;
  readonly signal?: AbortSignal;
};

/** What a message of another replica says; undefined when it is none we understand, as of a later version. */
function read<S extends z.ZodType>(schema: S, { data, status }: WireMessage): z.output<S> | undefined {
  if (status !== undefined || data.length === 0) return undefined;
  try {
    const checked = validate(schema, jsonCodec.decode(data, { maxBytes: data.length }));
    return checked.ok ? checked.value : undefined;
  } catch (cause) {
    if (cause instanceof CodecError) return undefined;
    throw cause;
  }
}

function callOf(
  { id, left_ms, traceparent, criticality }: z.output<typeof handing>['call'],
  { clock, random }: { clock: Clock; random: Mesh['random'] },
): OpenCall {
  const trace = parseTraceparent(traceparent) ?? newTrace(random);
  const seed = { id, target: TARGET, deadlineAt: clock.now() + left_ms, trace, chain: [], attempt: 1, criticality };
  return new OpenCall(seed, { clock, random });
}

/** What another replica answered to a run. @throws MeshError what it threw, or `bad_reply` */
function replyOf(message: WireMessage, host: string): AgentRunReply {
  if (message.status !== undefined)
    throw new MeshError('no_responder', { target: TARGET, instance: host, sent: true, started: false });
  const reply = read(handed, message);
  if (reply !== undefined && 'error' in reply) {
    const { code, message: text, retry_after_ms: retryAfterMs } = reply.error;
    throw new MeshError(isMeshErrorCode(code) ? code : 'internal', {
      target: TARGET,
      message: text,
      retryAfterMs,
      instance: host,
    });
  }
  if (reply === undefined || !('ok' in reply) || (!reply.ok && !isDeclared(reply.failure)))
    throw new MeshError('bad_reply', { target: TARGET, instance: host });
  // Its failure is one the contract declares: that was just checked.
  return reply as AgentRunReply;
}

function errorOf(cause: unknown) {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof MeshError)) return { code: 'internal', message };
  const { code, retryAfterMs } = cause;
  return { code, message, ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }) };
}
