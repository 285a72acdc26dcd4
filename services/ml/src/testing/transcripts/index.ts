/** Labelled transcripts of runs, made from a seed: two sets to choose weights on, another to measure on. */
export { measuringSet, secondSet } from './book-set.ts';
export { type Transcript, windowAt } from './transcript.ts';
export { tuningSet } from './tuning-set.ts';
