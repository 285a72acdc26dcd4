import { cognitive } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Thinking } from '../ports.ts';

/** Causes and choices from cognitive. */
export function meshThinking(mesh: Mesh): Thinking {
  const client = mesh.client(cognitive);
  return {
    async reason(agent_id, incident_context, call) {
      const reply = await client.reason_about_failure({ agent_id, incident_context }, call);
      if (!reply.ok) return { none: 'declined' };
      const { error_class, thought, confidence, proposed_solution } = reply.value;
      const { action, text } = proposed_solution;
      const value = { error_class, thought, confidence, proposed_solution: { action, text } };
      return { value, degraded: reply.degraded };
    },
    async decide(agent_id, decision_context, call) {
      const reply = await client.make_decision({ agent_id, decision_context }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const { decision, confidence } = reply.value;
      return { value: { decision, confidence }, degraded: reply.degraded };
    },
  };
}
