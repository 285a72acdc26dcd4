import type { z } from 'zod';

/**
 * What becomes of an event nobody listens to at the moment: a `lossy` one is gone, a `durable` one is kept until a member
 * of each group has handled it.
 */
export type EventKind = 'lossy' | 'durable';

/** A notice on `<ns>.evt.<service>.<kind>[.<key>]`; a durable one is kept before it is told. */
export type Event<D extends z.ZodType = z.ZodType, K extends EventKind = EventKind> = {
  readonly doc: string;
  readonly data: D;
  readonly kind: K;
  /** Field of `data` that becomes the last subject token. */
  readonly key: string | undefined;
};

/** An event as it is written. */
export type EventSpec<D extends z.ZodType, K extends EventKind> = {
  readonly doc: string;
  readonly data: D;
  readonly kind: K;
  readonly key?: keyof z.output<D> & string;
};

/** Declares an event of a service. */
export function event<D extends z.ZodType, const K extends EventKind>(spec: EventSpec<D, K>): Event<D, K> {
  return { doc: spec.doc, data: spec.data, kind: spec.kind, key: spec.key };
}
