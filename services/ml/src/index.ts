/** Measures: anomalies in series, drift of streams, vectors of texts, relevance of documents. */
export type { DriftScored, Ports } from './ports.ts';
export { mlService } from './service.ts';
