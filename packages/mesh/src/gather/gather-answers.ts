import { type Call, type CallOptions, type Clock, delay, MeshError, meshErrors } from '@seedcore/protocol';
import type { Directory } from '../directory/directory.ts';
import { answersNeeded, type Quorum, quorumState } from './quorum.ts';

/** Most instances that are asked at once. */
const MAX_ADDRESSED = 64;

/** How many have to answer, and how long they have for it. */
export type Gathering = {
  readonly quorum: Quorum;
  readonly withinMs: number;
  /** The call on whose behalf they are asked. */
  readonly parent?: Call | undefined;
};

/** What came of asking every instance. */
export type Gathered<R> = {
  /** Enough of those addressed have answered; a declared failure is an answer. */
  readonly met: boolean;
  readonly answers: readonly { readonly instance: string; readonly reply: R }[];
  /** Addressed, but without an answer by the end. */
  readonly missing: readonly string[];
};

/** What gathering works with. */
export type GatherPorts<R> = {
  readonly directory: Directory;
  readonly clock: Clock;
  /** Asks one instance. */
  readonly ask: (options: CallOptions) => Promise<R>;
};

/**
 * Asks every instance of a service that is alive and has a subject of its own, 64 at most, and ends as soon as the
 * quorum holds or cannot; the others are then cancelled.
 *
 * @throws MeshError a fault of the caller, which every instance would name; RangeError for a quorum that is none
 */
export async function gatherAnswers<R>(
  service: string,
  { quorum, withinMs, parent }: Gathering,
  { directory, clock, ask }: GatherPorts<R>,
): Promise<Gathered<R>> {
  const endsAt = clock.now() + withinMs;
  await inTime(directory.introduced(service), { clock, ms: withinMs });
  const ids = directory
    .addressable(service)
    .slice(0, MAX_ADDRESSED)
    .map(({ id }) => id);
  const needed = answersNeeded(quorum, ids.length);
  const answers: { instance: string; reply: R }[] = [];
  const rest = new AbortController();
  const ended = Promise.withResolvers<void>();
  let waiting = ids.length;
  const look = () => {
    if (quorumState(needed, { answered: answers.length, waiting }) !== 'open') ended.resolve();
  };
  const settle = (instance: string, reply: R) => {
    waiting -= 1;
    answers.push({ instance, reply });
    look();
  };
  const miss = (error: unknown) => {
    waiting -= 1;
    if (isFatal(error)) ended.reject(error);
    else look();
  };
  look();
  // A quorum that cannot hold is not worth a single request.
  if (ids.length >= needed) {
    const options = { parent, deadlineMs: Math.max(1, endsAt - clock.now()), signal: rest.signal };
    for (const instance of ids) ask({ ...options, instance }).then((reply) => settle(instance, reply), miss);
  }
  try {
    await ended.promise;
  } finally {
    rest.abort(new MeshError('cancelled', { target: service, message: 'the others were enough', sent: true }));
  }
  return gathered(ids, needed, answers);
}

function gathered<R>(ids: readonly string[], needed: number, answers: Gathered<R>['answers']): Gathered<R> {
  const kept = [...answers];
  const answered = new Set(kept.map(({ instance }) => instance));
  return { met: kept.length >= needed, answers: kept, missing: ids.filter((id) => !answered.has(id)) };
}

/** What every instance would say alike, and what is a bug, are not one instance's silence. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof MeshError)) return true;
  return meshErrors[error.code].kind === 'caller' && error.code !== 'cancelled';
}

async function inTime(work: Promise<void>, { clock, ms }: { readonly clock: Clock; readonly ms: number }) {
  const over = new AbortController();
  try {
    await Promise.race([work, delay(clock, ms, over.signal).catch(() => undefined)]);
  } finally {
    over.abort();
  }
}
