/** A replica's memory filled to its limits, for those who measure what it takes. */
export { FilledReplica, type FillSize } from './filled-replica.ts';
