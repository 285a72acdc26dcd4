import { ml } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import { LOCAL_MODEL } from '../domain/embedded.ts';
import type { Embedder, Embeddings, EmbedOptions } from '../embedding-ports.ts';

/** Most characters that ml takes of one text; what is beyond has no part in the vector. */
const MOST_CHARACTERS = 8000;

/** For how long a question without an answer is held against ml, in ms. */
const REMEMBERED_MS = 60_000;

/** Embeds by `ml.embeddings`, and remembers whether it answered. */
export class MeshEmbedder implements Embedder {
  readonly #mesh: Mesh;
  #unansweredAt: number | undefined;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  async embed(texts: readonly string[], options: EmbedOptions): Promise<Embeddings | { readonly none: string }> {
    const { withinMs: deadlineMs, local = false, call: parent, signal } = options;
    const input = texts.map((text) => text.slice(0, MOST_CHARACTERS));
    const asked = local ? { input, model: LOCAL_MODEL } : { input };
    try {
      const reply = await this.#mesh.client(ml).embeddings(asked, { parent, deadlineMs, signal });
      this.#unansweredAt = undefined;
      return reply.ok ? reply.value : { none: reply.failure.code };
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      this.#unansweredAt = this.#mesh.clock.now();
      return { none: error.code };
    }
  }

  /** Whether the last question, if it was a short while ago, is without an answer. */
  get isAway(): boolean {
    return this.#unansweredAt !== undefined && this.#mesh.clock.now() - this.#unansweredAt < REMEMBERED_MS;
  }
}
