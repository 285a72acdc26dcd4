import { type MemoryItem, memoryItem } from '@seedcore/contracts';
import { MeshError, type Subjects, subjects } from '@seedcore/protocol';
import { type Broker, type Following, PATIENCE_MS, patiently, type Stored, streamAsset } from '@seedcore/store';
import type { EpisodeShelf } from '../domain/memory/episode-shelf.ts';
import { type MemoryName, memoryKey } from '../domain/memory/memory-key.ts';
import type { Bucketful } from '../domain/snapshot-source.ts';
import type { Episodes } from '../memory-ports.ts';
import type { Reading } from '../ports.ts';

const DAY_MS = 86_400_000;

/** The journal of what agents went through: one message per episode. */
export const episodesStream = streamAsset('EPISODES', 'What agents went through, each under its id.', {
  subjects: ['log.episode.>'],
  maxAgeMs: 30 * DAY_MS,
  perSubject: 1,
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** What takes the place of an episode that was removed: it leaves the journal when the episode would have. */
const REMOVED = encoder.encode('{"removed":true}');

/** Episodes as `<ns>.log.episode.<agent>.<id>`; an id is taken once. */
export class JournalEpisodes implements Episodes {
  readonly view: EpisodeShelf;
  readonly #broker: Broker;
  readonly #subjects: Subjects;
  readonly #stream: string;
  readonly #following: Following;
  #isFull = false;

  constructor(broker: Broker, view: EpisodeShelf) {
    this.view = view;
    this.#broker = broker;
    this.#subjects = subjects(broker.ns);
    this.#stream = this.#subjects.stream(episodesStream.name);
    this.#following = broker.follow(this.#stream, this.#subjects.episodes(), {
      onMessage: (message) => this.#take(message),
      onCaughtUp: () => {
        this.#isFull = true;
      },
      onRestart: () => undefined,
    });
  }

  fill(): Bucketful {
    const lagMs = this.#isFull
      ? Math.max(0, Math.round(this.#broker.clock.now() - this.#following.heardAt()))
      : Number.POSITIVE_INFINITY;
    return { version: this.view.version, lagMs, withheld: this.view.withheld };
  }

  async read(name: MemoryName): Promise<Reading<MemoryItem>> {
    const stored = await this.#last(name);
    return stored === undefined ? { kind: 'absent' } : readingOf(stored);
  }

  async append(item: MemoryItem): Promise<{ readonly added: boolean; readonly rev: number }> {
    const subject = this.#subjects.episode(item.agent_id, item.memory_id);
    const body = encoder.encode(JSON.stringify(item));
    const endsAt = this.#broker.clock.now() + PATIENCE_MS;
    return patiently(this.#broker, { endsAt, repeatable: true }, async () => {
      const before = await this.#last(item);
      // An answer that was lost, or refused although it was written: what is there tells.
      if (before !== undefined && !isRemoved(before)) return { added: isSame(before.body, body), rev: before.seq };
      const written = await this.#broker.write(subject, body, { expect: before?.seq ?? 0 });
      if (written.ok) this.view.take({ id: memoryKey('episode', item), rev: written.seq, value: item });
      if (written.ok) return { added: true, rev: written.seq };
      throw new MeshError('unavailable', {
        target: subject,
        message: `${subject}: refused, and to be looked at again`,
      });
    });
  }

  async remove(name: MemoryName): Promise<boolean> {
    const subject = this.#subjects.episode(name.agent_id, name.memory_id);
    const endsAt = this.#broker.clock.now() + PATIENCE_MS;
    return patiently(this.#broker, { endsAt, repeatable: true }, async () => {
      const before = await this.#last(name);
      if (before === undefined || isRemoved(before)) return false;
      const written = await this.#broker.write(subject, REMOVED, { expect: before.seq });
      if (written.ok) this.view.take({ id: memoryKey('episode', name), rev: written.seq });
      if (written.ok) return true;
      throw new MeshError('unavailable', { target: subject, message: `${subject}: changed meanwhile` });
    });
  }

  stop(): void {
    this.#following.stop();
  }

  #last({ agent_id, memory_id }: MemoryName): Promise<Stored | undefined> {
    return this.#broker.last(this.#stream, this.#subjects.episode(agent_id, memory_id), { fresh: true });
  }

  #take(stored: Stored): void {
    const [agent_id = '', memory_id = ''] = stored.subject.split('.').slice(-2);
    const id = memoryKey('episode', { agent_id, memory_id });
    const reading = readingOf(stored);
    if (reading.kind === 'corrupt') this.view.unreadable(id, 'corrupt record');
    else this.view.take({ id, rev: stored.seq, value: reading.kind === 'found' ? reading.value : undefined });
  }
}

/** The journal has no other writer than `append` and `remove`; what is neither is named, and left as it is. */
function readingOf(stored: Stored): Reading<MemoryItem> {
  if (isRemoved(stored)) return { kind: 'absent' };
  try {
    const checked = memoryItem.safeParse(JSON.parse(decoder.decode(stored.body)));
    if (checked.success) return { kind: 'found', value: checked.data, rev: stored.seq };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { kind: 'corrupt', why: `${stored.subject}: is no episode` };
}

const isRemoved = ({ body }: Stored): boolean => isSame(body, REMOVED);
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
