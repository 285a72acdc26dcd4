import { MeshError, type Timer } from '@seedcore/protocol';
import { resultsStream } from '../assets.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { type TaskResult, taskResult } from '../task-spec.ts';

/** Announcements may be lost: the stored result is looked at again this often, in ms. */
const SECOND_LOOK_MS = 30_000;
const decoder = new TextDecoder();

/** What is waited for. */
export type Awaited = {
  readonly id: string;
  readonly timeoutMs: number;
  /** This generation or a later one. */
  readonly gen: number;
  readonly signal?: AbortSignal | undefined;
};

/**
 * The result of a task, without polling: listen first, then look at what the leader has, then only listen. A look is
 * repeated after a reconnect and every 30 s.
 *
 * @returns undefined when there is none in time
 */
export async function wait(shelf: TaskShelf, awaited: Awaited): Promise<TaskResult | undefined> {
  const { broker, subjects } = shelf;
  const { clock } = broker;
  const { promise, resolve, reject } = Promise.withResolvers<TaskResult | undefined>();
  const take = (body: Uint8Array) => {
    const result = readResult(body);
    if (result !== undefined && result.gen >= awaited.gen) resolve(result);
  };
  const look = () => void lookOnce(shelf, awaited.id).then((body) => body && take(body), passing(reject));
  let again: Timer | undefined;
  const lookAgain = () => {
    look();
    again = clock.after(SECOND_LOOK_MS, lookAgain);
  };
  const heard = broker.subscribe(subjects.resultEvent(awaited.id), ({ body }) => take(body));
  const reconnected = broker.onReconnect(look);
  const timeout = clock.after(awaited.timeoutMs, () => resolve(undefined));
  const onAbort = () => reject(awaited.signal?.reason);
  awaited.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    awaited.signal?.throwIfAborted();
    await broker.flush().catch(passing(reject));
    lookAgain();
    const result = await promise;
    return result && (await shelf.whole(result));
  } finally {
    heard.stop();
    reconnected.stop();
    timeout.cancel();
    again?.cancel();
    awaited.signal?.removeEventListener('abort', onAbort);
  }
}

async function lookOnce(shelf: TaskShelf, id: string): Promise<Uint8Array | undefined> {
  const { broker, subjects } = shelf;
  const found = await broker.last(subjects.stream(resultsStream.name), subjects.result(id), { fresh: true });
  return found?.body;
}

/** The broker being out of reach ends no wait: there is another look after the reconnect. */
const passing = (reject: (error: unknown) => void) => (error: unknown) => {
  if (!(error instanceof MeshError)) reject(error);
};

function readResult(body: Uint8Array): TaskResult | undefined {
  try {
    const checked = taskResult.safeParse(JSON.parse(decoder.decode(body)));
    return checked.success ? checked.data : undefined;
  } catch {
    return undefined; // anybody may publish on the subject; the record decides, not the noise
  }
}
