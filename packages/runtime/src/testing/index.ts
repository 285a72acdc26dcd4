/** Starts services inside a test: full path, no network. */
export { MemoryReplies } from './memory-replies.ts';
export { type LoggedLine, recordingLog } from './recording-log.ts';
export { type Seen, sample, sampleService } from './sample-service.ts';
export {
  type RawReply,
  type ServiceControls,
  type StartedService,
  type StartOptions,
  startService,
} from './start-service.ts';
export { type TestHostOptions, testHost } from './test-host.ts';
