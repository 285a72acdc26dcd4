export { type Transcript, windowAt } from './transcript.ts';
export { tuningSet } from './tuning-set.ts';
