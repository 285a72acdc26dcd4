import type { Call } from '@seedcore/protocol';
import type { Embedded } from './domain/embedded.ts';
import type { VectorBook } from './domain/vector-book.ts';

/** What a model made of texts, one for each, before anybody has looked at it. */
export type Embeddings = {
  readonly model: string;
  readonly dims: number;
  readonly vectors: readonly (readonly number[])[];
};

/** How texts are to be embedded. */
export type EmbedOptions = {
  readonly withinMs: number;
  /** Only by a model of the mesh itself. */
  readonly local?: boolean;
  /** On whose behalf. */
  readonly call?: Call;
  readonly signal?: AbortSignal;
};

/** Makes vectors of texts. */
export interface Embedder {
  /** What the model answered, or why there is no answer. */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Embeddings | { readonly none: string }>;
}

/** Things of one kind whose texts are embedded, and where their vectors are kept. */
export interface Embeddable {
  /** This replica's picture of them: tell it of every thing that comes, changes and goes. */
  readonly book: VectorBook;
  /** Whether the picture is whole. */
  isFull(): boolean;
  /**
   * Brings a thing and its vector up to date with the leader. False when there is no such thing, or one of the two cannot be
   * read. @throws MeshError when the broker is out of reach
   */
  refresh(id: string): Promise<boolean>;
  /** Keeps what came of a text. False when what is kept cannot be read. @throws MeshError as above */
  keep(id: string, embedded: Embedded): Promise<boolean>;
  /** Removes the vector of a thing that is gone. @throws MeshError as above */
  drop(id: string): Promise<void>;
}
