/** Labelled transcripts of runs, made from a seed: one set to choose weights on, another to measure on. */
export { measuringSet } from './measuring-set.ts';
export { type Transcript, windowAt } from './transcript.ts';
export { tuningSet } from './tuning-set.ts';
