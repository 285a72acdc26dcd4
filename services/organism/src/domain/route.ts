import type { RoutingRules } from '@seedcore/contracts';
import { categoryOf, domainOf } from './task-category.ts';

/** What a route is asked for. */
export type RouteQuestion = {
  readonly type: string;
  readonly domain: string;
  readonly requires: readonly string[];
  readonly preferred: string | undefined;
};

/** An organ as routing sees it. */
export type RoutableOrgan = {
  readonly organId: string;
  readonly skills: readonly string[];
  /** Ready, with at least one agent idle or busy on a host that is heard. */
  readonly alive: boolean;
};

/** Why an organ was chosen. */
export type ResolvedFrom = 'preferred' | 'domain' | 'task' | 'default' | 'fallback';

/** An organ, why it was chosen, and whether anybody is there now. */
export type Route = { readonly organId: string; readonly from: ResolvedFrom; readonly alive: boolean };

/** The rules a mesh starts with. */
export const shippedRules: RoutingRules = {
  rules_by_task: {},
  rules_by_domain: {
    anomaly: { analyze_series: 'cognitive_organ_1' },
    action: { fact_store: 'actuator_organ_1', json_transform: 'actuator_organ_1', wait: 'actuator_organ_1' },
  },
  category_defaults: { cognitive: 'cognitive_organ_1', actuator: 'actuator_organ_1', utility: 'utility_organ_1' },
  fallback: 'utility_organ_1',
};

/**
 * Where work of a type goes: preferred, rule of domain and type, rule of the type, default of its kind, fallback, then
 * any other; the first that can do it and is alive. When nobody alive can, the first that could: its queue keeps the work.
 *
 * @returns undefined when no organ has the skill
 */
export function resolveRoute(
  question: RouteQuestion,
  organs: readonly RoutableOrgan[],
  rules: RoutingRules,
): Route | undefined {
  const needed = [question.type, ...question.requires];
  const capable = organs.filter(({ skills }) => needed.every((one) => skills.includes(one)));
  const chain = namedIn(question, capable, rules).flatMap(([from, organId]): Route[] => {
    const organ = capable.find((one) => one.organId === organId);
    return organ === undefined ? [] : [{ organId: organ.organId, from, alive: organ.alive }];
  });
  return chain.find(({ alive }) => alive) ?? chain[0];
}

function namedIn(
  { type, domain, preferred }: RouteQuestion,
  capable: readonly RoutableOrgan[],
  rules: RoutingRules,
): (readonly [ResolvedFrom, string | undefined])[] {
  const inDomain = ownOf(rules.rules_by_domain, domainOf(domain));
  const category = categoryOf(type);
  const inOrder = capable.map(({ organId }) => organId).sort();
  return [
    ['preferred', preferred],
    ['domain', inDomain && ownOf(inDomain, type)],
    ['task', ownOf(rules.rules_by_task, type)],
    ['default', category && rules.category_defaults[category]],
    ['fallback', rules.fallback],
    ...inOrder.map((organId) => ['fallback', organId] as const),
  ];
}

/** A type may be called what every object has. */
const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
