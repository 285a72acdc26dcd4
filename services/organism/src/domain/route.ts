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

/** Which organ a domain or a type goes to first, and who stands in for all. */
export type RoutingRules = {
  readonly byDomain: Readonly<Record<string, string>>;
  readonly byType: Readonly<Record<string, string>>;
  readonly fallback: string;
};

/** Why an organ was chosen. */
export type ResolvedFrom = 'preferred' | 'domain' | 'task' | 'default' | 'fallback';

/** An organ, why it was chosen, and whether anybody is there now. */
export type Route = { readonly organId: string; readonly from: ResolvedFrom; readonly alive: boolean };

/** The rules a mesh starts with. */
export const shippedRules: RoutingRules = {
  byDomain: {
    anomaly: 'cognitive_organ_1',
    action: 'actuator_organ_1',
    fact: 'utility_organ_1',
    util: 'utility_organ_1',
  },
  byType: {
    analyze_series: 'utility_organ_1',
    fact_search: 'utility_organ_1',
    fact_store: 'utility_organ_1',
    health_check: 'utility_organ_1',
    json_transform: 'utility_organ_1',
    wait: 'utility_organ_1',
  },
  fallback: 'utility_organ_1',
};

/**
 * Where work of a type goes: preferred, rule of the domain, rule of the type, any organ that can, fallback; the first
 * that can do it and is alive. When nobody alive can, the first that could: its queue keeps the work.
 *
 * @returns undefined when no organ has the skill
 */
export function resolveRoute(
  question: RouteQuestion,
  organs: readonly RoutableOrgan[],
  rules: RoutingRules,
): Route | undefined {
  const capable = organs.filter(({ skills }) =>
    [question.type, ...question.requires].every((one) => skills.includes(one)),
  );
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
  const inOrder = capable.map(({ organId }) => organId).sort();
  return [
    ['preferred', preferred],
    ['domain', rules.byDomain[domain]],
    ['task', rules.byType[type]],
    ...inOrder.filter((organId) => organId !== rules.fallback).map((organId) => ['default', organId] as const),
    ['fallback', rules.fallback],
  ];
}
