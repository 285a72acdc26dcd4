import { isToken, type Lane, sha256 } from '@seedcore/protocol';
import type { FullTaskSpec } from '../task-spec.ts';
import { type Acceptance, accept, reject } from './accept.ts';
import { readMessage } from './read-message.ts';
import type { TaskRecord } from './task-record.ts';

const lanes = ['high', 'normal', 'low'] as const satisfies readonly Lane[];

/** What the subject of a plain publish says about the task in it. */
export type Published = {
  readonly id: string;
  /** What should have been the id; the id is another one when this cannot be one. */
  readonly token: string;
  readonly lane: Lane;
};

/** Reads `<ns>.task.<queue>.<lane>.<id>`; whatever stands there, there is an id and a lane. */
export function publishedAt(subject: string): Published {
  const tokens = subject.split('.');
  const token = tokens.at(-1) ?? '';
  const id = isToken(token) ? token : `bad-${sha256(subject).slice(0, 26)}`;
  return { id, token, lane: lanes.find((lane) => lane === tokens.at(-2)) ?? 'normal' };
}

/** The first record of a plain publish: of an accepted task, or of one that failed because it cannot be read. */
export function firstRecord(
  body: Uint8Array,
  how: Acceptance & Published,
): { readonly record: TaskRecord; readonly spec: FullTaskSpec | undefined } {
  const { id, token } = how;
  const read = readMessage(body, id);
  if (!read.ok) return { record: reject(read.error, read.raw, how), spec: undefined };
  if (id === token) return { record: accept(read.spec, how), spec: read.spec };
  const message = `the id "${token.slice(0, 64)}" is not 1 to 64 of A-Z a-z 0-9 _ -`;
  const error = { code: 'bad_message', message, retryable: false };
  return { record: reject(error, new TextDecoder().decode(body), how), spec: undefined };
}
