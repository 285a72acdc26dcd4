import type { ml } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { embed, embeddingDims, embeddingModel } from '../domain/hash-embedding.ts';

/** Turns texts into vectors. */
export const embeddings: Handler<typeof ml.endpoints.embeddings> = async ({ input, model }) => {
  if (model !== undefined && model !== embeddingModel) return fail('no_provider', { model });
  const texts = typeof input === 'string' ? [input] : input;
  return ok({ vectors: texts.map((text) => Array.from(embed(text))), dims: embeddingDims, model: embeddingModel });
};
