import { sha256 } from '@seedcore/protocol';
import { isDirection } from '@seedcore/retrieval';

/** How often a model may fail to make a vector of a text before it is left without one. */
export const MOST_REJECTED = 3;

/** The model that computes in the mesh itself: nothing that is given to it leaves. */
export const LOCAL_MODEL = 'hash-384-v1';

/** What came of embedding a text; `values` is absent when the model's answer was no vector. */
export type Embedded = {
  /** Mark of the text. */
  readonly of: string;
  readonly model: string;
  readonly values?: Float32Array | undefined;
  /** How often in a row the answer of this model was no vector. */
  readonly rejected: number;
};

/** Where the vector of a text stands. */
export type VectorState = 'pending' | 'stored' | 'off';

/** By what a text is known to be the one that was embedded. */
export const markOf = (text: string): string => sha256(text).slice(0, 16);

/** Where the vector of the text with the mark `of` stands, given what is kept. */
export function vectorState(of: string, kept: Embedded | undefined): VectorState {
  if (kept?.of !== of) return 'pending';
  if (kept.values !== undefined) return 'stored';
  return kept.rejected >= MOST_REJECTED ? 'off' : 'pending';
}

/** An answer of a model. */
export type ModelAnswer = {
  readonly model: string;
  readonly dims: number;
  readonly values: readonly number[] | undefined;
};

/**
 * What is kept of a model's answer for the text with the mark `of`: the vector if it is a direction as long as the model
 * says and as others of the model are, else one more rejection.
 */
export function judged(
  of: string,
  answer: ModelAnswer,
  known: { kept?: Embedded | undefined; dims?: number | undefined },
): Embedded {
  const { model, dims, values } = answer;
  const isRight = values?.length === dims && dims === (known.dims ?? dims) && isDirection(values);
  if (isRight) return { of, model, values: Float32Array.from(values), rejected: 0 };
  const again = known.kept?.of === of && known.kept.model === model ? known.kept.rejected : 0;
  return { of, model, rejected: again + 1 };
}
