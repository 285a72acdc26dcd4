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
 * organ has but this process does not, because its file is not here yet or not any more, is left to others for a while, and so is all of an
 * organ that has no agents here any more, or not yet.
 */
export function organHandler(organId: string, { skills, roster, work }: OrganHandlerPorts): Handler {
  return async (params, context) => {
    const { type } = context.spec;
    const skill = skills.get(type);
    const doer = heirOf(organId, roster);
    // Its agents may have come or gone since the work was asked for; whoever has one, or will, takes it.
    if (work.pool.list(doer).length === 0) throw notHere(`any agent of ${doer}`);
    if (skill !== undefined) return queueHandler({ organId: doer, skill }, work)(params, context);
    if (roster.organ(doer)?.record.skills.includes(type) !== true) return unknownType(params, context);
    throw notHere(`skill ${type}`);
  };
}

/** Nothing was begun, so that others may. */
const notHere = (target: string): MeshError =>
  new MeshError('unavailable', { target, message: `${target} is not on this replica`, sent: false, started: false });
