import type { z } from 'zod';

/** A notice fired and forgotten on `<ns>.evt.<service>.<kind>[.<key>]`. */
export type Event<D extends z.ZodType = z.ZodType> = {
  readonly doc: string;
  readonly data: D;
  /** Field of `data` that becomes the last subject token. */
  readonly key: string | undefined;
};

/** Declares an event of a service. */
export function event<D extends z.ZodType>(spec: { doc: string; data: D; key?: keyof z.output<D> & string }): Event<D> {
  return { doc: spec.doc, data: spec.data, key: spec.key };
}
