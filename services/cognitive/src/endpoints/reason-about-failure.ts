import type { cognitive, KnownFact } from '@seedcore/contracts';
import { type Call, type Handler, type Input, ok } from '@seedcore/protocol';
import { explainFailure } from '../domain/explain-failure.ts';
import { knownIncidents } from '../domain/known-incident.ts';
import { sufficiency } from '../domain/sufficiency.ts';
import type { Ports } from '../ports.ts';
import { Thought } from './thought.ts';

type Endpoint = typeof cognitive.endpoints.reason_about_failure;

/** Looks past incidents up, then names class, cause and remedy by rules. */
export function reasonAboutFailure(ports: Ports): Handler<Endpoint> {
  return async (input, call) => {
    const thought = new Thought(ports, 'reason_about_failure', input);
    const { incident_context: incident, retrieval } = input;
    const facts = await remembered(ports, input, call);
    thought.lap('retrieval');
    const given = input.knowledge_context?.facts ?? [];
    const known = [...given, ...(facts ?? [])];
    const incidents = knownIncidents(known, retrieval.min_trust);
    const { unknown, ...story } = explainFailure(incident, incidents, ports.clock.wallMs());
    thought.lap('rules');
    const looked = {
      found: new Set(known.map(({ fact_id }) => fact_id)).size,
      used: incidents.length,
      sufficiency: sufficiency(incident.message, incidents, ports.clock.wallMs()),
    };
    const silent = facts === undefined ? ['past incidents: state did not answer'] : [];
    const meta = thought.meta([...unknown, ...silent], looked);
    thought.done(story.error_class);
    return ok({ ...story, confidence_basis: 'rule', meta }, thought.mark);
  };
}

/** Nothing when the caller wants none; undefined when nobody answers. */
async function remembered(
  { incidents }: Ports,
  { incident_context, retrieval }: Input<Endpoint>,
  call: Call,
): Promise<readonly KnownFact[] | undefined> {
  return retrieval.enabled ? incidents.find(incident_context.message, retrieval.k, call) : [];
}
