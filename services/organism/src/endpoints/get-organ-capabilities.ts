import type { organism } from '@seedcore/contracts';
import { type Clock, fail, type Handler, type Output, ok } from '@seedcore/protocol';
import type { Latencies } from '../agents/latencies.ts';
import { skillsOf } from '../domain/learnt-skills.ts';
import type { Roster } from '../domain/roster.ts';
import type { SkillCard } from '../skill/catalogue/skill-card.ts';
import type { Skills } from '../skill/open-skills.ts';

/** What the list of skills is made from. */
export type CapabilityPorts = {
  readonly skillset: Pick<Skills, 'catalogue' | 'isBuiltIn' | 'isRemote'>;
  readonly roster: Roster;
  readonly latencies: Latencies;
  readonly clock: Clock;
};

type SkillLine = Output<typeof organism.endpoints.get_organ_capabilities>['skills'][number];

/** Every skill of this replica, and who has it. */
export function getOrganCapabilities(
  ports: CapabilityPorts,
): Handler<typeof organism.endpoints.get_organ_capabilities> {
  const { skillset, roster } = ports;
  return ({ organ_id, skill }) => {
    if (organ_id !== undefined && roster.organ(organ_id) === undefined)
      return fail('unknown_organ', { organ_id, known: roster.organs().map(({ record }) => record.organ_id) });
    const { catalogue } = skillset;
    const lines = [...catalogue.skills.values()]
      .filter(({ name }) => skill === undefined || name === skill)
      .map((card) => lineOf(card, ports))
      .filter(({ organs }) => organ_id === undefined || organs.includes(organ_id));
    return ok({ catalogue_hash: catalogue.hash, skills: lines });
  };
}

function lineOf(card: SkillCard, ports: CapabilityPorts): SkillLine {
  const { name, doc, version, input, output, effects, compensation, isolation, idempotent, role } = card;
  const { p50, p95 } = ports.latencies.ofSkill(name);
  return {
    ...{ name, doc, version, input, output, isolation, idempotent, role, repeatable: card.repeatable },
    organs: organsWith(name, ports),
    ...{ uses: [...card.uses], consumes: [...card.consumes], produces: [...card.produces], effects: [...effects] },
    side_effects: card.sideEffects,
    ...(compensation === undefined ? {} : { compensation }),
    needs_approval: card.needsApproval,
    p50_ms: p50 ?? null,
    p95_ms: p95 ?? null,
    agents: agentsWith(name, ports),
  };
}

const organsWith = (skill: string, { roster }: CapabilityPorts): string[] =>
  roster.organs().flatMap(({ record }) => (record.skills.includes(skill) ? [record.organ_id] : []));

function agentsWith(skill: string, { roster, clock, skillset }: CapabilityPorts): number {
  const now = clock.now();
  return roster.agents().filter((agent) => {
    const { holding } = agent;
    const able = skillsOf(holding, roster.organ(holding.organ_id)?.record, skillset);
    return able.includes(skill) && ['idle', 'busy', 'slow'].includes(roster.presence(agent, now));
  }).length;
}
