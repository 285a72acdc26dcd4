import type { AgentHolding, OrganRecord, organism } from '@seedcore/contracts';
import { type Clock, fail, type Handler, type Input, ok } from '@seedcore/protocol';
import { skillsOf } from '../domain/learnt-skills.ts';
import { type Configured, configure, MAX_ORGANS } from '../domain/organ-config.ts';
import type { Roster } from '../domain/roster.ts';
import type { KeptOrgan, OrganRecords } from '../organs/organ-records.ts';
import type { Skills } from '../skill/open-skills.ts';

type Endpoint = typeof organism.endpoints.update_organ_config;
type Wish = Input<Endpoint>;

/** What setting up organs stands on. */
export type ConfigPorts = {
  readonly roster: Roster;
  readonly organs: OrganRecords;
  readonly skillset: Pick<Skills, 'catalogue' | 'isBuiltIn' | 'isRemote'>;
  readonly clock: Clock;
};

type Plan = Configured | { readonly conflict: number } | { readonly unknown: true };

/** Changes how an organ is set up, or makes one, and has its agents follow. */
export function updateOrganConfig(ports: ConfigPorts): Handler<Endpoint> {
  const { organs } = ports;
  return async (wish) => {
    const { organ_id } = wish;
    const before = await organs.read(organ_id);
    let plan = planFor(wish, before, ports);
    let kept = before;
    if (!wish.dry_run && 'record' in plan && plan.changed.length > 0)
      kept = await organs.change(organ_id, (now, rev) => {
        plan = planFor(wish, now && { record: now, rev }, ports);
        return 'record' in plan ? plan.record : (now ?? 'skip');
      });
    if ('unknown' in plan) return fail('unknown_organ', { organ_id, known: idsOf(ports.roster) });
    if ('conflict' in plan) return fail('conflict', { revision: plan.conflict });
    if ('problems' in plan) return fail('invalid_config', { problems: [...plan.problems] });
    if (!wish.dry_run && before !== undefined) await refit(before.record, plan.record, ports);
    return ok({ revision: kept?.rev ?? 0, changed: [...plan.changed] });
  };
}

function planFor(
  { organ_id, config, create, if_revision }: Wish,
  now: KeptOrgan | undefined,
  ports: ConfigPorts,
): Plan {
  if (now === undefined && !create) return { unknown: true };
  const at = new Date(ports.clock.wallMs()).toISOString();
  // What it has been taught stays known, also while its file is away.
  const skills = [...ports.skillset.catalogue.skills.keys(), ...(now?.record.skills ?? [])];
  const plan = configure(now?.record, config, { organId: organ_id, now: at, skills });
  if ('problems' in plan || plan.changed.length === 0) return plan;
  if (if_revision !== undefined && if_revision !== (now?.rev ?? 0)) return { conflict: now?.rev ?? 0 };
  if (now !== undefined) return plan;
  const others = ports.roster.organs();
  if (others.length >= MAX_ORGANS)
    return { problems: [{ path: 'organ_id', problem: `there are ${MAX_ORGANS} organs, and no more may be` }] };
  // While everybody is told to stand still, a newcomer does too.
  const still = others.length > 0 && others.every(({ record }) => record.state === 'stopped');
  return still ? { ...plan, record: { ...plan.record, state: 'stopped' } } : plan;
}

/** Agents that were made like their organ are made like it again; those that were made otherwise stay so. */
async function refit(
  before: OrganRecord,
  after: OrganRecord,
  { roster, organs, skillset }: ConfigPorts,
): Promise<void> {
  if (abilitiesOf(before) === abilitiesOf(after)) return;
  const able = (holding: AgentHolding) => ({ ...holding, skills: skillsOf(holding, before, skillset) });
  const { organ_id, skills, specialty } = after;
  for (const { holding, epoch } of roster.members(organ_id))
    if (abilitiesOf(able(holding)) === abilitiesOf(before))
      await organs.refit(holding.agent_id, epoch, { skills: [...skills], specialty });
}

const abilitiesOf = ({ skills, specialty }: Pick<OrganRecord, 'skills' | 'specialty'>): string =>
  JSON.stringify([skills.toSorted(), specialty]);

const idsOf = (roster: Roster): string[] => roster.organs().map(({ record }) => record.organ_id);
