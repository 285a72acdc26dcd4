/** Measures: anomalies in series, drift of streams, vectors and relevance of texts, output of agents. */
export type { DriftScored, Ports } from './ports.ts';
export { mlService } from './service.ts';
