import type { Mesh } from '@seedcore/mesh';
import type { Host } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import { MeshEmbedder } from './adapters/mesh-embedder.ts';
import type { Embeddable, Embedder } from './embedding-ports.ts';
import { EmbeddingLoop } from './work/embedding-loop.ts';

const REJECTED_VECTORS = {
  name: 'seedcore_state_rejected_vectors',
  help: 'Answers of a model that were no vector: of wrong length, zero, or not finite.',
};

/** Embedding as it runs. */
export type OpenEmbedding = {
  readonly embedder: Embedder;
  /** `no_embeddings` while ml does not answer. */
  degradedBy(): string[];
  stop(): Promise<void>;
};

/** Stands for the lease under which one replica embeds what has no vector, of every kind there is. */
export function openEmbedding(
  store: Store,
  { mesh, metrics }: { readonly mesh: Mesh } & Pick<Host<unknown>, 'metrics'>,
  kinds: readonly Embeddable[],
): OpenEmbedding {
  const embedder = new MeshEmbedder(mesh);
  let rejected = 0;
  const onRejected = (n: number) => {
    rejected += n;
  };
  const loop = new EmbeddingLoop({ clock: mesh.clock, embedder, kinds, onRejected });
  const candidacy = store.elect('state_embedding', (lease) => loop.run(lease));
  metrics.gauge(REJECTED_VECTORS, (set) => set({}, rejected));
  return {
    embedder,
    degradedBy: () => (embedder.isAway ? ['no_embeddings'] : []),
    stop: () => candidacy.stop(),
  };
}
