import { type RecordWrite, type SeenRecord, seenRecord } from './task-history.ts';

const decoder = new TextDecoder();

/** A message of the bucket of tasks. */
export type BucketMessage = {
  readonly subject: string;
  readonly seq: number;
  readonly at: Date;
  readonly body: Uint8Array;
};

/** A message of the bucket of tasks as a write of a record; undefined when it is of something else. An empty body removes it. */
export function readWrite({ subject, seq, at, body }: BucketMessage): RecordWrite | undefined {
  const id = subject.match(/\.t\.([A-Za-z0-9_-]+)$/)?.[1];
  if (id === undefined) return undefined;
  const record: SeenRecord | undefined =
    body.length === 0 ? undefined : seenRecord.parse(JSON.parse(decoder.decode(body)));
  return { id, rev: seq, at: at.getTime(), record };
}
