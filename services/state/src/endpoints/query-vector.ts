import type { Call, Degraded } from '@seedcore/protocol';
import { isDirection, type Vector } from '@seedcore/retrieval';
import type { VectorBook } from '../domain/vector-book.ts';
import type { Ports } from '../ports.ts';
import { embedQuery } from '../work/embed-query.ts';

/** A vector that was given instead of being made of the query. */
type Given = { readonly model: string; readonly values: readonly number[] };

/** What is asked of a search, as far as it decides what to rank by. */
type Asked = {
  readonly query?: string | undefined;
  readonly query_vector?: Given | undefined;
  readonly mode: 'hybrid' | 'text' | 'vector';
};

/** What to rank by, and whether a vector is missing among it. */
export type RankedBy = {
  readonly query: string | undefined;
  readonly vector: Vector | undefined;
  readonly degraded: Degraded | undefined;
};

/** The query was to be ranked by its vector too, and there is none. */
const NO_VECTOR: Degraded = { reason: 'no_query_vector', source: 'default' };

/** The words and the vector to rank by: without a vector where there should be one, words alone, and marked. */
export async function queryVector({ embedder }: Ports, asked: Asked, call: Call): Promise<RankedBy> {
  const { query, mode } = asked;
  const vector = await vectorFor(embedder, asked, call);
  const isByWords = mode !== 'vector' || vector === undefined;
  const isLess = vector === undefined && query !== undefined && mode !== 'text';
  return { query: isByWords ? query : undefined, vector, degraded: isLess ? NO_VECTOR : undefined };
}

/** The vector to rank by: the one given, or one made of the query; none where words are all that counts. */
async function vectorFor(embedder: Ports['embedder'], asked: Asked, call: Call): Promise<Vector | undefined> {
  const { query, query_vector: given, mode } = asked;
  if (mode === 'text' && query !== undefined) return undefined;
  if (given !== undefined) return { model: given.model, values: Float32Array.from(given.values) };
  return query === undefined ? undefined : embedQuery(embedder, query, call);
}

/** What kept vectors are like, when a given one cannot be compared with them; while there is none, any direction can. */
export function misfit({ model, values }: Given, dims: VectorBook['dims']) {
  const [usual] = [...dims].sort(([, a], [, b]) => b.n - a.n);
  const known = dims.get(model)?.dims ?? (usual === undefined ? values.length : undefined);
  if (known === values.length && isDirection(values)) return undefined;
  const [usualModel = model, { dims: dim } = { dims: values.length }] = usual ?? [];
  return known === undefined ? { model: usualModel, dim } : { model, dim: known };
}
