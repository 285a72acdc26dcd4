export { type CallHeaders, callHeaderLines, writeCallHeaders } from './call-headers.ts';
export {
  type ErrorBody,
  errorBody,
  errorBodyOf,
  failureBody,
  headerText,
  meshErrorOf,
} from './error-body.ts';
export { headerBlock, pairsOfBlock, type ReadBlock, readHeaderBlock } from './header-block.ts';
export { headerNames } from './header-names.ts';
export { formatPayloadRef, type PayloadRef, parsePayloadRef } from './payload-ref.ts';
export { readCallHeaders } from './read-call-headers.ts';
export { type FrameKind, formatStreamFrame, isCredit, parseStreamFrame, type StreamFrame } from './stream-frame.ts';
export { isInbox, type Lane, type Subjects, subjects } from './subjects.ts';
export { malformedHeaders, noHeaders, type WireHeaders, wireHeaders } from './wire-headers.ts';
