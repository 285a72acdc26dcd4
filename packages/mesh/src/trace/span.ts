import type { Trace } from '@seedcore/protocol';

/** Which side of which exchange a span is, in the words of OpenTelemetry. */
export type SpanKind = 'internal' | 'client' | 'server' | 'producer' | 'consumer';

/** What is said of a piece of work: closed words, sizes and ids of instances; nothing of a body, an error's text or a key. */
export type SpanAttributes = Readonly<Record<string, string | number | readonly string[] | undefined>>;

type SpanFacts = {
  readonly name: string;
  readonly kind: SpanKind;
  /** Its own place: the id of the span is in it. */
  readonly trace: Trace;
  /** The span it is part of; undefined at the root. */
  readonly parentId: string | undefined;
  /** A span of another trace that it follows from. */
  readonly link?: Trace | undefined;
  readonly attributes: SpanAttributes;
  /** Whether somebody should worry. A declared failure, a cancel, and for a server its caller's fault are no such thing. */
  readonly failed: boolean;
};

/** A piece of work that is over, in ms on the clock of this process. */
export type WorkDone = SpanFacts & { readonly startedAt: number; readonly endedAt: number };

/** The same as the world sees it, in ms of wall-clock time. */
export type EndedSpan = SpanFacts & { readonly startedWallMs: number; readonly endedWallMs: number };
