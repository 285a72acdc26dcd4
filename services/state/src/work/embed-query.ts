import type { Call } from '@seedcore/protocol';
import { isDirection, type Vector } from '@seedcore/retrieval';
import type { Embedder } from '../embedding-ports.ts';

/** Longest wait for the vector of a query, in ms, and as a share of the time that is left. */
const WITHIN_MS = 800;
const SHARE = 0.5;

/** The vector of a query; undefined when ml is away, slow, or answers what is none. */
export async function embedQuery(embedder: Embedder, text: string, call: Call): Promise<Vector | undefined> {
  const withinMs = Math.min(WITHIN_MS, SHARE * call.left());
  const answer = await embedder.embed([text], { withinMs, call });
  if ('none' in answer) return undefined;
  const { model, dims, vectors } = answer;
  const [values] = vectors;
  if (values?.length !== dims || !isDirection(values)) return undefined;
  return { model, values: Float32Array.from(values) };
}
