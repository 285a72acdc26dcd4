import type { EndedSpan } from '@seedcore/mesh';

/** Where spans are gathered. */
export interface Collector {
  /** Resolves when it has taken them; rejects when it has not within its time, tries included. */
  send(spans: readonly EndedSpan[]): Promise<void>;
}
