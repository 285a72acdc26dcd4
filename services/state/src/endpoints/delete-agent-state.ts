import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Ports } from '../ports.ts';

/** Removes an agent's record and what was heard of it. */
export function deleteAgentState(ports: Ports): Handler<typeof state.endpoints.delete_agent_state> {
  return async ({ agent_id, expected_revision: expected }) => {
    let current = 0;
    const writing = await ports.agents.revise(agent_id, (now, rev) => {
      current = now === undefined ? 0 : rev;
      return now !== undefined && (expected === undefined || expected === rev) ? 'remove' : 'skip';
    });
    if (writing.kind === 'contended') return fail('contended', { tries: writing.tries });
    if (writing.kind === 'corrupt') return fail('corrupt_record', { key: agent_id, why: writing.why });
    if (writing.kind !== 'removed' && expected !== undefined && expected !== current)
      return fail('conflict', { current_revision: current });
    const deleted = writing.kind === 'removed';
    if (deleted) {
      ports.beats.forget(agent_id);
      ports.announcements.agentDeleted({ agent_id });
    }
    return ok({ deleted });
  };
}
