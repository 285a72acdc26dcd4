import type { DeadEvent, EventAddress, EventStore, NewEvent } from '@seedcore/mesh';
import { isRecord, MeshError } from '@seedcore/protocol';
import type { Stored } from '../broker/broker.ts';
import { deadLettersStream } from '../dead-letters.ts';
import type { Store } from '../store.ts';
import { EventConsumption } from './event-consumption.ts';
import { EventShelf } from './event-shelf.ts';
import { EVENT_KEY, ledgerStream } from './event-streams.ts';

/** Events of this process that wait to be kept; more are refused. */
const MAX_KEEPING = 1_000;
/** Letters read for one list. */
const MAX_LETTERS = 256;

/** Durable events on JetStream. */
export interface Events extends EventStore {
  /** What groups gave up, newest first: the 256 last subjects in order of their names, of one kind where one is named. */
  dead(of?: EventAddress): Promise<readonly DeadEvent[]>;
}

/** How events are opened. */
export type EventsOptions = {
  /** Hears what goes wrong where nobody waits for an answer. */
  readonly report?: (where: string, error: unknown) => void;
};

/** Opens durable events on a store; nothing is asked of the broker before the first use. */
export function openEvents(store: Store, { report = warn }: EventsOptions = {}): Events {
  const shelf = new EventShelf(store);
  let keeping = 0;
  return {
    async keep(event) {
      if (keeping >= MAX_KEEPING) throw busy(event);
      keeping += 1;
      try {
        return await keep(shelf, event);
      } finally {
        keeping -= 1;
      }
    },
    consume: (wanted, handle) => new EventConsumption({ shelf, wanted, handle, report }),
    dead: (of) => dead(shelf, of),
  };
}

async function keep(shelf: EventShelf, event: NewEvent): Promise<{ readonly duplicate: boolean }> {
  const { source, kind, id, key, body } = event;
  const subject = shelf.subjects.keptEvent(source, kind, id);
  const stream = shelf.subjects.stream(ledgerStream.name);
  const headers = key === undefined ? [] : ([[EVENT_KEY, key]] as const);
  const messageId = `${source}.${kind}.${id}`;
  const { duplicate, there } = await shelf.storeOnce({ stream, subject, body, messageId, headers });
  if (there !== undefined && Buffer.compare(there.body, body) !== 0) throw reused(event);
  return { duplicate };
}

async function dead(shelf: EventShelf, of: EventAddress | undefined): Promise<readonly DeadEvent[]> {
  await shelf.ready();
  const stream = shelf.subjects.stream(deadLettersStream.name);
  const subjects = await shelf.broker.subjects(stream, shelf.subjects.deadEvents(of));
  const stored = await shelf.broker.lastOfEach(stream, subjects.slice(-MAX_LETTERS));
  return stored.toSorted((a, b) => b.seq - a.seq).flatMap((one) => letterOf(one) ?? []);
}

/** Only members of groups write under `dlq.evt`; what somebody else put there is no letter of ours. */
function letterOf({ body }: Stored): DeadEvent | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isRecord(value) && typeof value['event'] === 'string' ? (value as DeadEvent) : undefined;
  } catch {
    return undefined; // as above
  }
}

const busy = ({ source, kind }: NewEvent): MeshError =>
  new MeshError('bulkhead_full', {
    target: `${source}.${kind}`,
    message: `${MAX_KEEPING} events wait to be kept`,
    sent: false,
  });

const reused = ({ source, kind, id }: NewEvent): MeshError =>
  new MeshError('bad_request', {
    target: `${source}.${kind}`,
    message: `id: ${id} is another event`,
    details: { field: 'id', reason: 'event_id_reused' },
  });

const warn = (where: string, error: unknown): void => {
  process.emitWarning(`${where}: ${error instanceof Error ? error.message : String(error)}`, 'EventsWarning');
};
