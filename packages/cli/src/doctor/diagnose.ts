import { counted } from '../output/quantity.ts';

/** One thing that is wrong, and what to do about it. */
export interface Finding {
  readonly harm: 'broken' | 'degraded' | 'notice';
  readonly what: string;
  readonly remedy: string;
}

/** What one instance says about itself. */
export interface InstanceFacts {
  readonly service: string;
  readonly instance: string;
  readonly contract: string | undefined;
  /** Absent when it did not answer. */
  readonly health?: {
    readonly ready: boolean;
    readonly state: string;
    readonly missing: readonly string[];
    readonly degradedBy: readonly string[];
    readonly loopDelayMs: number;
  };
}

/** One queue: what waits and runs in it, and why it stands still if somebody paused it. */
export interface QueueFacts {
  readonly queue: string;
  readonly waiting: number;
  readonly running: number;
  readonly paused?: string;
}

/** Everything the doctor looks at. */
export interface MeshFacts {
  /** Names of the services there should be, with the contract this command knows for each. */
  readonly expected: ReadonlyMap<string, string>;
  readonly instances: readonly InstanceFacts[];
  readonly broker: { readonly version: string; readonly jetStream: boolean };
  /** Absent when the coordinator did not answer. */
  readonly system?: {
    readonly mode: string | undefined;
    readonly waiting: readonly QueueFacts[];
    readonly missing: readonly string[];
  };
  /** Dead letters that wait for somebody to redrive them; absent when unknown. */
  readonly deadLetters?: number;
  /** Where the letters lie about events that groups gave up; absent when unknown. */
  readonly deadEvents?: { readonly stream: string; readonly subjects: readonly string[] };
  /** Processes of `up` that are not running as they should. */
  readonly unwell: readonly { readonly name: string; readonly state: string; readonly restarts: number }[];
}

const order = { broken: 0, degraded: 1, notice: 2 } as const;
const slowLoopMs = 200;

/** What is wrong, the most harmful first. */
export function diagnose(facts: MeshFacts): Finding[] {
  const findings = [
    ...broker(facts),
    ...absentServices(facts),
    ...facts.instances.flatMap(instance),
    ...contracts(facts),
    ...supervised(facts),
    ...work(facts),
  ];
  return findings.sort((a, b) => order[a.harm] - order[b.harm]);
}

function broker({ broker: { version, jetStream } }: MeshFacts): Finding[] {
  if (jetStream) return [];
  return [
    {
      harm: 'broken',
      what: `nats-server ${version} runs without JetStream: no tasks, no records`,
      remedy: 'start it with -js, or enable jetstream in its configuration',
    },
  ];
}

function absentServices({ expected, instances }: MeshFacts): Finding[] {
  const there = new Set(instances.map(({ service }) => service));
  return [...expected.keys()]
    .filter((name) => !there.has(name))
    .map((name) => ({
      harm: 'broken',
      what: `no instance of ${name} is there`,
      remedy: `npx seedcore up --services ${name} --nats <url>, or npx seedcore ps to see why it ended`,
    }));
}

function instance({ service, instance: id, health }: InstanceFacts): Finding[] {
  const name = `${service} (${id})`;
  if (!health) {
    return [
      {
        harm: 'broken',
        what: `${name} is listed but does not answer`,
        remedy: `look at its log; restart it if it hangs`,
      },
    ];
  }
  const { ready, state, missing, degradedBy, loopDelayMs } = health;
  const slow: Finding = {
    harm: 'degraded',
    what: `${name} is late: its event loop lags ${Math.round(loopDelayMs)} ms`,
    remedy: 'give it more CPU, or run another instance',
  };
  return [
    ...(ready ? [] : [{ harm: 'broken' as const, what: `${name} is ${state}, not ready`, remedy: waitsFor(missing) }]),
    ...(ready && missing.length > 0
      ? [{ harm: 'degraded' as const, what: `${name} works without ${missing.join(', ')}`, remedy: waitsFor(missing) }]
      : []),
    ...degradedBy.map((why) => ({
      harm: 'degraded' as const,
      what: `${name}: ${why}`,
      remedy: `see: seedcore call ${service} health`,
    })),
    ...(loopDelayMs > slowLoopMs ? [slow] : []),
  ];
}

function waitsFor(missing: readonly string[]): string {
  return missing.length > 0 ? `start ${missing.join(', ')}` : 'wait a moment, then look at its log';
}

function contracts({ expected, instances }: MeshFacts): Finding[] {
  const differing = instances.filter(({ service, contract }) => {
    const ours = expected.get(service);
    return ours !== undefined && contract !== undefined && contract !== ours;
  });
  return differing.map(({ service, instance: id, contract }) => ({
    harm: 'notice',
    what: `${service} (${id}) serves contract ${contract}, this command knows ${expected.get(service)}`,
    remedy: 'bring both to the same version when something behaves oddly',
  }));
}

function supervised({ unwell }: MeshFacts): Finding[] {
  return unwell.map(({ name, state, restarts }) => ({
    harm: state === 'ready' ? 'notice' : 'broken',
    what:
      state === 'ready'
        ? `${name} was started again ${counted(restarts, 'time')}`
        : `${name} is ${state.replace('_', ' ')}`,
    remedy: `read its log: .seedcore/logs/${name}.log, or that of your --data folder`,
  }));
}

/** RECOVERY is how every mesh begins and how trouble ends: worth knowing, not worth an alarm. */
function mode(value: string | undefined): Finding[] {
  if (value === undefined || value === 'NORMAL') return [];
  if (value === 'RECOVERY') {
    return [
      { harm: 'notice', what: 'the mode is RECOVERY', remedy: 'wait: it is NORMAL again after some clean checks' },
    ];
  }
  return [{ harm: 'degraded', what: `the mode is ${value}`, remedy: 'see why: seedcore call energy get_mode' }];
}

function givenUp(deadEvents: MeshFacts['deadEvents']): Finding[] {
  const [first] = deadEvents?.subjects ?? [];
  if (deadEvents === undefined || first === undefined) return [];
  const { stream, subjects } = deadEvents;
  const what = `${counted(subjects.length, 'event')} given up by those it was for`;
  const more = subjects.length > 1 ? `; all of them: nats stream subjects ${stream}` : '';
  return [{ harm: 'notice', what, remedy: `see: nats stream get ${stream} -S ${first}${more}` }];
}

function standsStill({ queue, waiting, running, paused }: QueueFacts): Finding[] {
  if (paused !== undefined) {
    const what = `queue ${queue} is paused: ${paused}; ${counted(waiting, 'task')} waiting`;
    return [{ harm: 'notice', what, remedy: `when it may go on: seedcore queue resume ${queue}` }];
  }
  if (waiting === 0 || running > 0) return [];
  const what = `${counted(waiting, 'task')} waiting in ${queue} while none runs`;
  return [{ harm: 'degraded', what, remedy: 'if that lasts, see: seedcore task ls --state queued' }];
}

function work({ system, deadLetters = 0, deadEvents }: MeshFacts): Finding[] {
  return [
    ...mode(system?.mode),
    ...(system?.waiting.flatMap(standsStill) ?? []),
    ...givenUp(deadEvents),
    ...(deadLetters > 0
      ? [
          {
            harm: 'notice' as const,
            what: `${counted(deadLetters, 'dead letter')} to be decided on`,
            remedy: 'see: seedcore task dlq; repair and repeat: seedcore task redrive <id> --patch JSON',
          },
        ]
      : []),
  ];
}
