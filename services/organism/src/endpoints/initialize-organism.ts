import type { OrganRecord, organism } from '@seedcore/contracts';
import { type Call, type Clock, delay, fail, type Handler, type Input, ok } from '@seedcore/protocol';
import type { OrganPlan } from '../domain/organ.ts';
import { type ConfigProblem, type Configured, configure } from '../domain/organ-config.ts';
import { live } from '../domain/roster.ts';
import { lacking, wholeState } from '../organs/whole-state.ts';
import { RESERVE_MS } from '../replicas/replica-desk.ts';
import { type StopPorts, tellOrgans } from './shutdown-organism.ts';
import type { ConfigPorts } from './update-organ-config.ts';

type Endpoint = typeof organism.endpoints.initialize_organism;
type Wish = Input<Endpoint>;

/** What beginning stands on. */
export type InitializePorts = ConfigPorts &
  Pick<StopPorts, 'organWork'> & {
    readonly plans: readonly OrganPlan[];
    readonly initialized: () => boolean;
  };

/** How often one looks whether all agents are there, in ms. */
const LOOK_MS = 100;

/** Makes the organs that are missing, whose agents follow, and has those that were stopped work again. */
export function initializeOrganism(ports: InitializePorts): Handler<Endpoint> {
  const { organWork } = ports;
  return async ({ config, wait_ms }, call) => {
    const wanted = recordsOf(config, ports);
    if ('problems' in wanted) return fail('invalid_config', { problems: wanted.problems });
    const created: string[] = [];
    for (const record of wanted.records) if (await made(record, ports)) created.push(record.organ_id);
    await tellOrgans(ports, undefined, (now) =>
      now.state === 'ready' || now.heir !== undefined ? 'skip' : { ...now, state: 'ready' },
    );
    await allReady(wanted.records, ports, call);
    organWork.look();
    await agentsThere(ports, Math.min(wait_ms, call.left() - RESERVE_MS), call);
    return ok({ ...pictureOf(ports), created, reused: idsOf(wanted.records).filter((id) => !created.includes(id)) });
  };
}

function recordsOf(
  config: Wish['config'],
  { plans, clock, skillset }: InitializePorts,
): { readonly records: readonly OrganRecord[] } | { readonly problems: ConfigProblem[] } {
  const now = new Date(clock.wallMs()).toISOString();
  if (config === undefined) return { records: plans.map((plan) => ({ ...plan, created_at: now })) };
  const parts = config.organs.map(
    ({ organ_id, ...own }): Configured =>
      configure(undefined, own, { organId: organ_id, now, skills: [...skillset.catalogue.skills.keys()] }),
  );
  const problems = parts.flatMap((part, i) =>
    'problems' in part ? part.problems.map(({ path, problem }) => ({ path: `organs/${i}/${path}`, problem })) : [],
  );
  const records = parts.flatMap((part) => ('record' in part ? [part.record] : []));
  const ids = idsOf(records);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice !== undefined) problems.push({ path: 'organs', problem: `${twice} stands there twice` });
  return problems.length > 0 ? { problems } : { records };
}

/** True when the organ was not there; one that is stays as it is. */
async function made(record: OrganRecord, { organs }: InitializePorts): Promise<boolean> {
  let created = false;
  await organs.change(record.organ_id, (now) => {
    created = now === undefined;
    return now === undefined ? record : 'skip';
  });
  return created;
}

/** Until the roster here has heard of every organ that was made, and of none that stands still. */
async function allReady(
  records: readonly OrganRecord[],
  { roster, clock }: InitializePorts,
  call: Call,
): Promise<void> {
  const heard = () =>
    records.every(({ organ_id }) => roster.organ(organ_id) !== undefined) &&
    roster.organs().every(({ record }) => record.state === 'ready' || record.heir !== undefined);
  await until(heard, clock, call.left() - RESERVE_MS, call);
}

const agentsThere = ({ roster, clock }: InitializePorts, ms: number, call: Call) =>
  until(() => lacking(roster, clock.now()).length === 0, clock, ms, call);

async function until(there: () => boolean, clock: Clock, ms: number, { signal }: Call): Promise<void> {
  const endsAt = clock.now() + ms;
  while (!there() && clock.now() < endsAt) await delay(clock, LOOK_MS, signal);
}

function pictureOf({ roster, clock, initialized }: InitializePorts) {
  const now = clock.now();
  return {
    state: wholeState(roster, now, initialized()),
    organs: roster.organs().length,
    agents: live(roster.counts(now)),
    waiting_for: lacking(roster, now),
  };
}

const idsOf = (records: readonly OrganRecord[]): string[] => records.map(({ organ_id }) => organ_id);
