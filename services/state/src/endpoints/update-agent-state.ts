import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Ports } from '../ports.ts';
import { writeAgent } from '../work/write-agent.ts';
import { writerOf } from './writer-of.ts';

/** Sets fields of an agent by compare-and-set. */
export function updateAgentState(ports: Ports): Handler<typeof state.endpoints.update_agent_state> {
  return async ({ agent_id, patch, expected_revision, epoch, normalise, create }, call) => {
    const written = await writeAgent(ports, {
      agentId: agent_id,
      patch,
      expectedRevision: expected_revision,
      epoch,
      normalise,
      create,
      who: writerOf(call),
    });
    switch (written.kind) {
      case 'ok':
        return ok({ revision: written.revision, changed: written.changed, normalised: written.normalised });
      case 'contended':
        return fail('contended', { tries: written.tries });
      case 'corrupt':
        return fail('corrupt_record', { key: agent_id, why: written.why });
      case 'refused':
        return { ok: false, failure: written.refusal };
    }
  };
}
