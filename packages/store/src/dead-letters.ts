import { streamAsset } from './asset.ts';

const DAY_MS = 86_400_000;

/** What ended badly: tasks at `<ns>.dlq.<queue>.<id>`, events at `<ns>.dlq.evt.<source>.<kind>.<group>.<id>`. */
export const deadLettersStream = streamAsset('DLQ', 'Tasks and events that ended badly, with all that is known.', {
  subjects: ['dlq.>'],
  maxAgeMs: 14 * DAY_MS,
  perSubject: 1,
  maxMessageBytes: 524_288,
});
