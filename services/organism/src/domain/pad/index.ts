/** How what a run says is judged by its scores. */
export { judgeOutput, unjudged, wouldCount } from './judge-output.ts';
export { PAD_LIMITS, type PadScore } from './pad-limits.ts';
