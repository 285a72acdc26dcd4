import type { state } from '@seedcore/contracts';
import { type Call, type Degraded, fail, type Handler, type Input, ok } from '@seedcore/protocol';
import { isDirection, type Vector } from '@seedcore/retrieval';
import type { FoundFact } from '../domain/fact-shelf.ts';
import { rounded } from '../domain/rounded.ts';
import type { VectorBook } from '../domain/vector-book.ts';
import type { Ports } from '../ports.ts';
import { embedQuery } from '../work/embed-query.ts';

type SearchFacts = typeof state.endpoints.search_facts;
type Asked = Input<SearchFacts>;

/** The query was to be ranked by its vector too, and there is none. */
const NO_VECTOR: Degraded = { reason: 'no_query_vector', source: 'default' };

/** Searches this replica's shelf, and says how much of all facts that covers. */
export function searchFacts(ports: Ports): Handler<SearchFacts> {
  const { facts, clock } = ports;
  return async (asked, call) => {
    const bad = asked.query_vector && misfit(asked.query_vector, facts.view.vectors);
    if (bad !== undefined) return fail('bad_vector', bad);
    const vector = await vectorFor(ports, asked, call);
    const isByWords = asked.mode !== 'vector' || vector === undefined;
    const query = isByWords ? asked.query : undefined;
    const found = facts.view.search({ ...asked, query, vector }, clock.wallMs());
    const index = Number.isFinite(facts.fill().lagMs) ? facts.view.coverage : 0;
    const coverage = { index: rounded(index), vectors: rounded(found.vectors) };
    const isLess = vector === undefined && asked.query !== undefined && asked.mode !== 'text';
    return ok({ facts: found.facts.map(shown), coverage }, isLess ? NO_VECTOR : undefined);
  };
}

/** The vector to rank by: the one given, or one made of the query; none where words are all that counts. */
async function vectorFor({ embedder }: Ports, asked: Asked, call: Call): Promise<Vector | undefined> {
  const { query, query_vector: given, mode } = asked;
  if (mode === 'text' && query !== undefined) return undefined;
  if (given !== undefined) return { model: given.model, values: Float32Array.from(given.values) };
  return query === undefined ? undefined : embedQuery(embedder, query, call);
}

/** What vectors of this shelf are like, when a given one cannot be compared with them; while there is none, any direction can. */
function misfit({ model, values }: NonNullable<Asked['query_vector']>, { dims }: VectorBook) {
  const [usual] = [...dims].sort(([, a], [, b]) => b.n - a.n);
  const known = dims.get(model)?.dims ?? (usual === undefined ? values.length : undefined);
  if (known === values.length && isDirection(values)) return undefined;
  const [usualModel = model, { dims: dim } = { dims: values.length }] = usual ?? [];
  return known === undefined ? { model: usualModel, dim } : { model, dim: known };
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
