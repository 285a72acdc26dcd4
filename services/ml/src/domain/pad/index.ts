/** The two rules that score what a run says. */
export { padV1 } from './pad-v1.ts';
export { padV2 } from './pad-v2.ts';
