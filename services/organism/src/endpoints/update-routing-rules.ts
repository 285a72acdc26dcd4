import type { organism, RoutingRules } from '@seedcore/contracts';
import { fail, type Handler, type Input, ok } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import { type ChangedRules, changeRules, countRules, MAX_RULES, sameRules } from '../domain/rule-change.ts';
import type { EpochKeeper } from '../routing/epoch-keeper.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import type { Kept, RuleRecords } from '../routing/rule-records.ts';

type Endpoint = typeof organism.endpoints.update_routing_rules;
type Wish = Input<Endpoint>;

/** What changing rules stands on. */
export type RulePorts = {
  readonly roster: Roster;
  readonly table: RoutingTable;
  readonly rules: RuleRecords;
  readonly epochs: Pick<EpochKeeper, 'look'>;
};

/** What would come of a wish, or why nothing may. */
type Plan = { readonly changed: ChangedRules } | { readonly refused: 'conflict' | 'too_many_rules' };

/** Adds and removes rules by compare-and-set, and begins the epoch they make. */
export function updateRoutingRules(ports: RulePorts): Handler<Endpoint> {
  const { table, rules, epochs } = ports;
  return async (wish) => {
    const unknown = wish.allow_unknown ? undefined : unknownOrgan(wish, ports.roster);
    if (unknown !== undefined) return unknown;
    const now = (await rules.read()).rules;
    let plan = planFor(wish, now);
    let kept = now;
    if (!wish.dry_run && 'changed' in plan)
      kept = await rules.change((value, rev) => {
        plan = planFor(wish, { value, rev });
        return 'refused' in plan || sameRules(value, plan.changed.rules) ? 'skip' : plan.changed.rules;
      });
    if ('refused' in plan) return refusal(plan.refused, kept, wish);
    table.apply({ kind: 'rules', record: kept });
    const { added, removed, unchanged } = plan.changed;
    const epoch = wish.dry_run ? table.epoch : await epochs.look();
    return ok({ revision: kept.rev, epoch, added, removed, unchanged });
  };
}

function planFor(wish: Wish, { value, rev }: Kept<RoutingRules>): Plan {
  const changed = changeRules(value, wish);
  if (sameRules(value, changed.rules)) return { changed };
  if (wish.if_revision !== undefined && wish.if_revision !== rev) return { refused: 'conflict' };
  return countRules(changed.rules) > MAX_RULES ? { refused: 'too_many_rules' } : { changed };
}

function refusal(why: 'conflict' | 'too_many_rules', { value, rev }: Kept<RoutingRules>, wish: Wish) {
  if (why === 'conflict') return fail('conflict', { revision: rev });
  return fail('too_many_rules', { max: MAX_RULES, rules: countRules(changeRules(value, wish).rules) });
}

function unknownOrgan({ add }: Wish, roster: Roster) {
  const missing = add.find(({ logical_id }) => roster.organ(logical_id) === undefined)?.logical_id;
  if (missing === undefined) return undefined;
  return fail('unknown_organ', { organ_id: missing, known: roster.organs().map(({ record }) => record.organ_id) });
}
