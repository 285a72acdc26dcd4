import type { Arrangement, EvolutionRecord, OrganRecord } from '@seedcore/contracts';

/** Most agents of an organ, skills of an organ, and organs of an evolution. */
const MOST_AGENTS = 100;
const MOST_SKILLS = 64;
const MOST_ORGANS = 8;
/** Longest part of a name that new organs are named after. */
const STEM = 33;

/** What shall become of an organ. */
export type EvolutionWish = {
  readonly op: EvolutionRecord['op'];
  readonly organ_id: string;
  readonly params: {
    readonly k: number;
    readonly move_fraction: number;
    readonly src_organs: readonly string[];
    readonly migrate_to?: string | undefined;
  };
};

/** One agent of an organ, as it matters here. */
export type Member = { readonly agent_id: string; readonly specialty: string | null };

/** Organs and agents as they are. */
export type EvolutionWorld = {
  readonly organ: (id: string) => OrganRecord | undefined;
  /** Agents that were not archived, in id order. */
  readonly members: (organId: string) => readonly Member[];
  /** Where work goes that leads nowhere else. */
  readonly fallback: string;
  /** RFC 3339. */
  readonly now: string;
};

/** How everything concerned is and shall be, or why that cannot be. */
export type EvolutionPlan =
  | { readonly organs: string[]; readonly before: Arrangement; readonly after: Arrangement }
  | { readonly bad: string }
  | { readonly unknown: string };

/** What an evolution would change; pure, and the same for the same organs and agents. */
export function planEvolution(wish: EvolutionWish, world: EvolutionWorld): EvolutionPlan {
  const { op, organ_id, params } = wish;
  const named = [organ_id, ...(op === 'merge' ? params.src_organs : [])];
  const heir = op === 'retire' ? [params.migrate_to ?? world.fallback] : [];
  const unknown = [...named, ...heir].find((id) => world.organ(id) === undefined);
  if (unknown !== undefined) return { unknown };
  const organs = [...named, ...heir].flatMap((id) => world.organ(id) ?? []);
  const still = organs.find(({ state }) => state === 'stopped');
  if (still !== undefined) return { bad: `${still.organ_id} stands still` };
  const twice = organs.find((organ, i) => organs.findIndex(({ organ_id: id }) => id === organ.organ_id) < i);
  if (twice !== undefined) return { bad: `${twice.organ_id} is named twice` };
  const [first, ...others] = organs;
  return first === undefined ? { unknown: organ_id } : PLANS[op](first, others, { params, world });
}

type How = { readonly params: EvolutionWish['params']; readonly world: EvolutionWorld };
type Plan = (organ: OrganRecord, others: readonly OrganRecord[], how: How) => EvolutionPlan;
type Places = Arrangement['agents'];

const PLANS: Readonly<Record<EvolutionRecord['op'], Plan>> = { split, merge, clone, retire };

/** The organ and k − 1 new ones, which take the agents that leave it: those of one specialty go together. */
function split(organ: OrganRecord, _: readonly OrganRecord[], { params, world }: How): EvolutionPlan {
  const { k, move_fraction } = params;
  const members = bySpecialty(world.members(organ.organ_id));
  const n = members.length;
  if (n < k) return { bad: `${n} agents cannot be in ${k} organs` };
  const leave = Math.min(n - 1, Math.max(k - 1, Math.round(move_fraction * n)));
  const groups = dealt(members.slice(n - leave), k - 1);
  const names = freeNames(organ.organ_id, k - 1, world);
  const made = groups.map((group, i) =>
    newOrgan(organ, { organ_id: names[i] ?? organ.organ_id, group, now: world.now }),
  );
  const before = placesOf([organ], world);
  const goes = new Map(groups.flatMap((group, i) => group.map(({ agent_id }) => [agent_id, names[i]] as const)));
  const smaller = { ...organ, desired: Math.min(organ.desired, n - leave), configured: true };
  return planned({
    before: { organs: [organ, ...made.map((one) => ended(one, organ.organ_id))], agents: before },
    after: {
      organs: [smaller, ...made],
      agents: before.map((place) => ({ ...place, organ_id: goes.get(place.agent_id) ?? place.organ_id })),
    },
  });
}

/** The others end, and their agents, work and skills become those of the organ. */
function merge(organ: OrganRecord, others: readonly OrganRecord[], { world }: How): EvolutionPlan {
  if (others.length === 0) return { bad: 'no organ to be merged is named' };
  if (others.length >= MOST_ORGANS) return { bad: `at most ${MOST_ORGANS - 1} organs can be merged into another` };
  const before = placesOf([organ, ...others], world);
  const skills = [...new Set([organ, ...others].flatMap((one) => one.skills))];
  if (before.length > MOST_AGENTS) return { bad: `${before.length} agents are more than an organ may have` };
  if (skills.length > MOST_SKILLS) return { bad: `${skills.length} skills are more than an organ may have` };
  const desired = Math.min(
    MOST_AGENTS,
    others.reduce((sum, one) => sum + one.desired, organ.desired),
  );
  const max_agents = Math.max(organ.max_agents, desired, before.length);
  return planned({
    before: { organs: [organ, ...others], agents: before },
    after: {
      organs: [
        { ...organ, desired, max_agents, skills, configured: true },
        ...others.map((one) => ended(one, organ.organ_id)),
      ],
      agents: before.map((place) => ({ ...place, organ_id: organ.organ_id })),
    },
  });
}

/** A second organ like the first, with a copy of each of its agents. */
function clone(organ: OrganRecord, _: readonly OrganRecord[], { world }: How): EvolutionPlan {
  const members = world.members(organ.organ_id);
  if (members.length === 0) return { bad: `${organ.organ_id} has no agents` };
  const [organ_id = organ.organ_id] = freeNames(organ.organ_id, 1, world);
  const made = {
    ...newOrgan(organ, { organ_id, group: members, now: world.now }),
    specialty: organ.specialty,
  };
  const own = placesOf([organ], world);
  const copies: Places = members.map(({ agent_id: like }, i) => ({
    agent_id: `${organ_id}_agent_${i}`,
    organ_id,
    archived: false,
    like,
  }));
  const none = copies.map((copy) => ({ ...copy, archived: true }));
  return planned({
    before: { organs: [organ, ended(made, organ.organ_id)], agents: [...own, ...none] },
    after: { organs: [organ, made], agents: [...own, ...copies] },
  });
}

/** The organ ends and its agents with it; another one serves its queue. */
function retire(organ: OrganRecord, [heir]: readonly OrganRecord[], { world }: How): EvolutionPlan {
  if (heir === undefined) return { bad: 'nobody would serve its queue' };
  const lost = organ.skills.filter((skill) => !heir.skills.includes(skill));
  if (lost.length > 0) return { bad: `${heir.organ_id}, which would serve its queue, has no ${lost.join(', ')}` };
  const before = placesOf([organ, heir], world);
  return planned({
    before: { organs: [organ, heir], agents: before },
    after: {
      organs: [ended(organ, heir.organ_id), heir],
      agents: before.map((place) => ({ ...place, archived: place.organ_id === organ.organ_id })),
    },
  });
}

/** All organs it concerns are held while it lasts; those that stay as they are are not written, so that others may change them. */
function planned({ before, after }: { readonly before: Arrangement; readonly after: Arrangement }): EvolutionPlan {
  const changed = after.organs.map((organ, i) => organ !== before.organs[i]);
  const only = (arrangement: Arrangement): Arrangement => ({
    ...arrangement,
    organs: arrangement.organs.filter((_, i) => changed[i]),
  });
  return { organs: after.organs.map(({ organ_id }) => organ_id), before: only(before), after: only(after) };
}

const placesOf = (organs: readonly OrganRecord[], { members }: EvolutionWorld): Places =>
  organs.flatMap(({ organ_id }) => members(organ_id).map(({ agent_id }) => ({ agent_id, organ_id, archived: false })));

/** An organ that begins nothing and has no agents; what comes through its queue is its heir's. */
const ended = (organ: OrganRecord, heir: string): OrganRecord => ({
  ...organ,
  state: 'stopped',
  desired: 0,
  configured: true,
  heir,
});

function newOrgan(
  like: OrganRecord,
  { organ_id, group, now }: { organ_id: string; group: readonly Member[]; now: string },
): OrganRecord {
  const { kind, max_agents, skills, role_prior, specialty } = like;
  const shared = new Set(group.map((member) => member.specialty));
  const [own] = shared;
  return {
    ...{ organ_id, kind, max_agents, skills, role_prior },
    specialty: shared.size === 1 ? (own ?? specialty) : specialty,
    state: 'ready',
    desired: group.length,
    created_at: now,
    configured: true,
  };
}

/** Members of the most frequent specialty first, so that the rarer ones leave; by id within one. */
function bySpecialty(members: readonly Member[]): Member[] {
  const groups = Map.groupBy(members, ({ specialty }) => specialty ?? '');
  return [...groups]
    .sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .flatMap(([, group]) => group);
}

/** As many groups as asked for, each of neighbours and of nearly the same size. */
const dealt = (members: readonly Member[], groups: number): Member[][] =>
  Array.from({ length: groups }, (_, i) =>
    members.slice(Math.round((i * members.length) / groups), Math.round(((i + 1) * members.length) / groups)),
  );

/** Names nobody has, or that are left of an evolution of the same organ that was taken back. */
function freeNames(organId: string, count: number, { organ, members }: EvolutionWorld): string[] {
  const names: string[] = [];
  for (let n = 2; names.length < count; n++) {
    const name = `${organId.slice(0, STEM)}_${n}`;
    const there = organ(name);
    if (there === undefined || (there.heir === organId && members(name).length === 0)) names.push(name);
  }
  return names;
}
