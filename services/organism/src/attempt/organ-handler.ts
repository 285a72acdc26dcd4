import { MeshError } from '@seedcore/protocol';
import type { Handler } from '@seedcore/tasks';
import { heirOf } from '../domain/heir.ts';
import type { Roster } from '../domain/roster.ts';
import type { Skill } from '../skill/define-skill.ts';
import { type HandlerPorts, queueHandler, unknownType } from './queue-handler.ts';

/** What the handler of an organ stands on. */
export type OrganHandlerPorts = {
  readonly skills: Pick<ReadonlyMap<string, Skill>, 'get'>;
  readonly roster: Pick<Roster, 'organ'>;
  readonly work: HandlerPorts;
};

/**
 * Runs whatever type of task comes through the queue of an organ with the skill of that name, as it is by then. One that the
 * organ has but this process does not, because its file is not here yet or not any more, is left to others for a while.
 */
export function organHandler(organId: string, { skills, roster, work }: OrganHandlerPorts): Handler {
  return async (params, context) => {
    const { type } = context.spec;
    const skill = skills.get(type);
    const doer = heirOf(organId, roster);
    if (skill !== undefined) return queueHandler({ organId: doer, skill }, work)(params, context);
    if (roster.organ(doer)?.record.skills.includes(type) !== true) return unknownType(params, context);
    const message = `skill ${type} is not on this replica`;
    throw new MeshError('unavailable', { target: `skill ${type}`, message, sent: false, started: false });
  };
}
