import type { Fault } from './fault.ts';
import type { FaultKind, SubjectFault } from './subject-faults.ts';

/** Every way in which a running system can be disturbed. */
export type RunningFaultKind = FaultKind | 'slow' | 'partition' | 'disconnect' | 'kill';

/** Whose messages they are. */
export type FaultOwner = { readonly ns: string; readonly service: string | undefined; readonly instance: string };

/** What the faults that hold mean for one process. */
export type FaultPlan = {
  /** Of messages as they arrive here. */
  readonly arriving: readonly SubjectFault[];
  /** Subjects that cannot be reached from here. */
  readonly cutOff: readonly string[];
  /** Of services nothing is heard of. */
  readonly unheard: readonly string[];
  /** How many times as long as they do its replies take. */
  readonly factor: number;
  /** For how long the connection is lost, from now on, in ms; 0: not at all. */
  readonly lostMs: number;
  readonly killed: boolean;
};

/** Nothing happens. */
export const noFaults: FaultPlan = { arriving: [], cutOff: [], unheard: [], factor: 1, lostMs: 0, killed: false };

/** What `faults` mean for the process `owner`. */
export function faultPlan(faults: readonly Fault[], owner: FaultOwner): FaultPlan {
  const away = faults.flatMap((one) => (one.kind === 'partition' ? otherSide(one.between, owner) : []));
  const own = faults.filter(
    (one) => !('instance' in one) || one.instance === undefined || one.instance === owner.instance,
  );
  return {
    arriving: faults.flatMap((one) => arriving(one, owner)),
    cutOff: away.flatMap((service) => requestsTo(service, owner)),
    unheard: away.map((service) => `${owner.ns}.evt.${service}.>`),
    factor: Math.max(1, ...own.map((one) => (one.kind === 'slow' ? one.factor : 1))),
    lostMs: Math.max(0, ...own.map((one) => (one.kind === 'disconnect' ? one.ms : 0))),
    killed: own.some(({ kind }) => kind === 'kill'),
  };
}

/** What a person reads of a fault. */
export function faultText(one: Fault): string {
  const { kind, ...rest } = one;
  const said = Object.entries(rest).filter(([, value]) => value !== undefined && value !== 1);
  return [kind, ...said.map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' and ') : value}`)].join(
    ' ',
  );
}

function otherSide([a, b]: readonly [string, string], { service }: FaultOwner): readonly string[] {
  if (service === a) return [b];
  return service === b ? [a] : [];
}

function arriving(one: Fault, owner: FaultOwner): readonly SubjectFault[] {
  if (!('share' in one)) return [];
  const { kind, share, subject, target } = one;
  const patterns = subject === undefined ? requestsTo(target ?? '', owner) : [subject];
  return patterns.map((pattern) => ({ kind, pattern, share, ms: 'ms' in one ? one.ms : 0 }));
}

/** By queue group and by instance: the two never match the same subject. */
function requestsTo(target: string, { ns }: FaultOwner): readonly string[] {
  const [service, endpoint = '>'] = target.split('.');
  return endpoint === '>'
    ? [`${ns}.svc.${service}.>`, `${ns}.inst.${service}.>`]
    : [`${ns}.svc.${service}.${endpoint}`, `${ns}.inst.${service}.*.${endpoint}`];
}
