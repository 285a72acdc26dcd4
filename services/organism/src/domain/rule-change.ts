import type { RoutingRules } from '@seedcore/contracts';
import { domainOf } from './task-category.ts';

/** Most rules a mesh may have. */
export const MAX_RULES = 1000;

/** One rule: work of this type, within a domain when one is named, goes to this organ. */
export type Rule = { readonly task_type: string; readonly domain?: string | undefined; readonly logical_id: string };

/** Rules to be added and removed together. */
export type RuleChange = { readonly add: readonly Rule[]; readonly remove: readonly Omit<Rule, 'logical_id'>[] };

/** The rules after a change, and how much of it was news. */
export type ChangedRules = {
  readonly rules: RoutingRules;
  readonly added: number;
  readonly removed: number;
  readonly unchanged: number;
};

/** Removes, then adds; a rule that holds already, or is gone already, counts as unchanged. */
export function changeRules(rules: RoutingRules, { add, remove }: RuleChange): ChangedRules {
  const flat = flatten(rules);
  let added = 0;
  let removed = 0;
  for (const rule of remove) if (flat.delete(keyOf(rule))) removed += 1;
  for (const rule of add) {
    if (flat.get(keyOf(rule)) !== rule.logical_id) added += 1;
    flat.set(keyOf(rule), rule.logical_id);
  }
  return {
    rules: { ...rules, ...unflatten(flat) },
    added,
    removed,
    unchanged: add.length + remove.length - added - removed,
  };
}

/** How many rules there are. */
export const countRules = (rules: RoutingRules): number => flatten(rules).size;

/** True when two sets of rules lead every task the same way. */
export function sameRules(a: RoutingRules, b: RoutingRules): boolean {
  const [one, other] = [flatten(a), flatten(b)];
  return one.size === other.size && [...one].every(([key, organId]) => other.get(key) === organId);
}

const keyOf = ({ task_type, domain }: Omit<Rule, 'logical_id'>): string =>
  domain === undefined ? task_type : `${domainOf(domain)} ${task_type}`;

function flatten({ rules_by_task, rules_by_domain }: RoutingRules): Map<string, string> {
  const byTask = Object.entries(rules_by_task);
  const byDomain = Object.entries(rules_by_domain).flatMap(([domain, rules]) =>
    Object.entries(rules).map(([type, organId]) => [`${domain} ${type}`, organId] as const),
  );
  return new Map([...byTask, ...byDomain]);
}

function unflatten(flat: ReadonlyMap<string, string>): Pick<RoutingRules, 'rules_by_task' | 'rules_by_domain'> {
  const parsed = [...flat].sort().map(([key, organId]) => ({ parts: key.split(' '), organId }));
  const byTask = parsed.flatMap(({ parts: [type = '', more], organId }) =>
    more === undefined ? [[type, organId]] : [],
  );
  const inDomain = parsed.flatMap(({ parts: [domain = '', type], organId }) =>
    type === undefined ? [] : [{ domain, entry: [type, organId] as const }],
  );
  const byDomain = Map.groupBy(inDomain, ({ domain }) => domain);
  return {
    rules_by_task: Object.fromEntries(byTask),
    rules_by_domain: Object.fromEntries(
      [...byDomain].map(([domain, rules]) => [domain, Object.fromEntries(rules.map(({ entry }) => entry))]),
    ),
  };
}
