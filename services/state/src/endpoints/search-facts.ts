import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { FoundFact } from '../domain/fact-shelf.ts';
import { rounded } from '../domain/rounded.ts';
import type { Ports } from '../ports.ts';
import { misfit, queryVector } from './query-vector.ts';

type SearchFacts = typeof state.endpoints.search_facts;

/** Searches this replica's shelf, and says how much of all facts that covers. */
export function searchFacts(ports: Ports): Handler<SearchFacts> {
  const { facts, clock } = ports;
  return async (asked, call) => {
    const bad = asked.query_vector && misfit(asked.query_vector, facts.view.vectors.dims);
    if (bad !== undefined) return fail('bad_vector', bad);
    const { vector, query, degraded } = await queryVector(ports, asked, call);
    const found = facts.view.search({ ...asked, query, vector }, clock.wallMs());
    const index = Number.isFinite(facts.fill().lagMs) ? facts.view.coverage : 0;
    const coverage = { index: rounded(index), vectors: rounded(found.vectors) };
    return ok({ facts: found.facts.map(shown), coverage }, degraded);
  };
}

const shown = (found: FoundFact) => ({
  fact: { ...found.fact, vector: found.vector },
  revision: found.rev,
  score: rounded(found.score),
  ranks: {
    ...(found.rankText === undefined ? {} : { text: found.rankText }),
    ...(found.rankVector === undefined ? {} : { vector: found.rankVector }),
  },
  ...(found.scoreText === undefined ? {} : { score_text: rounded(found.scoreText) }),
  // Of the same direction, but for rounding, a cosine may come out a little above 1.
  ...(found.scoreVector === undefined ? {} : { score_vector: Math.min(1, rounded(found.scoreVector)) }),
  staleness_s: found.stalenessS,
  conflict_set: [...found.conflictSet],
});
