import { MAX_SUBJECT_BYTES } from '../limits.ts';
import { isNamespace, isToken } from '../token.ts';

/** The three lanes of a queue; priorities critical and high share `high`. */
export type Lane = 'high' | 'normal' | 'low';

/** Every subject of one namespace, built in one place from checked tokens. */
export type Subjects = ReturnType<typeof subjects>;

/**
 * Subjects of namespace `ns`.
 *
 * @throws RangeError when the namespace or a token could change the meaning of a subject
 */
export function subjects(ns: string) {
  if (!isNamespace(ns)) throw new RangeError(`namespace "${ns.slice(0, 64)}" is not 1 to 32 of A-Z a-z 0-9 _ -`);
  const build = (...tokens: readonly string[]): string => {
    for (const token of tokens)
      if (!isToken(token)) throw new RangeError(`"${token.slice(0, 64)}" cannot be a subject token`);
    const subject = [ns, ...tokens].join('.');
    if (subject.length > MAX_SUBJECT_BYTES) throw new RangeError(`subject is longer than ${MAX_SUBJECT_BYTES} bytes`);
    return subject;
  };
  return {
    ns,
    /** Request-reply with one endpoint, by queue group. */
    endpoint: (service: string, endpoint: string) => build('svc', service, endpoint),
    /** The same endpoint, or a control, on one instance. */
    instance: (service: string, instance: string, endpoint: string) => build('inst', service, instance, endpoint),
    /** Everything addressed to one instance. */
    instanceAll: (service: string, instance: string) => `${build('inst', service, instance)}.*`,
    /** A durable task. */
    task: (queue: string, lane: Lane, id: string) => build('task', queue, lane, id),
    /** Every task of one lane. */
    taskLane: (queue: string, lane: Lane) => `${build('task', queue, lane)}.*`,
    /** Every task there is. */
    tasks: () => `${ns}.task.>`,
    /** Work on tasks that is nobody's queue: what a timer of a task, or a stranger, has to say about it. */
    system: (lane: Lane, id: string, kind: string) => build('task', 'sys', lane, id, kind),
    systemLane: (lane: Lane) => `${build('task', 'sys', lane)}.>`,
    /** A timer the broker holds: the message there goes to its target when its time has come. */
    timer: (id: string, kind?: string) => (kind === undefined ? build('sched', id) : build('sched', id, kind)),
    /** Final result of a task, kept. */
    result: (id: string) => build('result', id),
    results: () => `${ns}.result.>`,
    /** Final result of a task, announced. */
    resultEvent: (id: string) => build('evt', 'result', id),
    /** A dead letter. */
    deadLetter: (queue: string, id: string) => build('dlq', queue, id),
    deadLetters: (queue?: string) => (queue === undefined ? `${ns}.dlq.>` : `${build('dlq', queue)}.*`),
    /** An event, fire and forget. */
    event: (source: string, kind: string, key?: string) =>
      key === undefined ? build('evt', source, kind) : build('evt', source, kind, key),
    /** Every event of one kind, whatever its key. */
    eventAll: (source: string, kind: string) =>
      [build('evt', source, kind), `${build('evt', source, kind)}.*`] as const,
    /** Where a durable event is kept. */
    keptEvent: (source: string, kind: string, id: string) => build('log', 'evt', source, kind, id),
    /** Every kept event of one kind. */
    keptEvents: (source: string, kind: string) => `${build('log', 'evt', source, kind)}.*`,
    /** A durable event a group could not handle. */
    deadEvent: (source: string, kind: string, { group, id }: { readonly group: string; readonly id: string }) =>
      build('dlq', 'evt', source, kind, group, id),
    /** Every such event, of one kind where one is named. */
    deadEvents: (of?: { readonly source: string; readonly kind: string }) =>
      of === undefined ? `${ns}.dlq.evt.>` : `${build('dlq', 'evt', of.source, of.kind)}.>`,
    /** Cancels a call or a task by id, whoever runs it. */
    cancel: (id: string) => build('cancel', id),
    cancelAll: () => `${ns}.cancel.*`,
    /** What happened to a task. */
    taskLog: (id: string) => build('log', 'task', id),
    /** Something an agent went through. */
    episode: (agent: string, id: string) => build('log', 'episode', agent, id),
    episodes: () => `${ns}.log.episode.>`,
    /** A record nobody can read, of the bucket with that revision. */
    quarantined: (bucket: string, revision: number) => build('log', 'quarantine', bucket, String(revision)),
    /** What supervisors did about the attempts of a task, or of all. */
    interventions: (task?: string) =>
      task === undefined ? `${ns}.log.intervention.*` : build('log', 'intervention', task),
    /** Why one call went as it did; the trace in its name lets everything that belongs together be found. */
    callRecord: (call: string, trace: string) => build('log', 'call', call, trace),
    /** Every call record, or those of a call or a trace. */
    callRecords: ({ call, trace }: { readonly call?: string; readonly trace?: string } = {}) => {
      if (call !== undefined) return `${build('log', 'call', call)}.*`;
      return trace === undefined ? `${ns}.log.call.>` : `${ns}.log.call.*.${build(trace).slice(ns.length + 1)}`;
    },
    /** Name of a stream: `SC_<ns>_<NAME>`. */
    stream: (name: string) => `SC_${ns}_${name}`,
    /** Name of a key-value bucket: `<ns>_<name>`. */
    bucket: (name: string) => `${ns}_${name}`,
  };
}

/** Longest inbox in characters. */
const MAX_INBOX = 200;

/** True for a subject a reply may be sent to. */
export const isInbox = (subject: string): boolean =>
  subject.length <= MAX_INBOX && /^_INBOX(\.[A-Za-z0-9_-]+)+$/.test(subject);
