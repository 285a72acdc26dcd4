import { name } from '@seedcore/protocol';
import { type Bucket, bucketAsset, type Store } from '@seedcore/store';
import { z } from 'zod';
import { type Breaker, closedBreaker } from '../domain/specialty-breaker.ts';
import type { BreakerRecords } from '../ports.ts';
import type { Place } from '../supervision/breakers.ts';

/** Where breakers of skills are kept, as `<organ>.<skill>`; those of calls are the mesh's, in a bucket of its own. */
export const breakersAsset = bucketAsset('specialties', 'Which skills have failed too often in which organ.');

const count = z.int().nonnegative();
const wallMs = z.number();
const breakerRecord = z.strictObject({
  organ_id: name,
  specialty: name,
  breaker: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('closed'), failures: count }),
    z.strictObject({ state: z.literal('open'), until_ms: wallMs }),
    z.strictObject({
      state: z.literal('half_open'),
      good: count,
      probe: z.strictObject({ run: z.string(), until_ms: wallMs }).optional(),
    }),
  ]),
});
type Kept = z.output<typeof breakerRecord>;

/** Breakers in the bucket `<ns>_specialties`. */
export class StoreBreakers implements BreakerRecords {
  readonly #bucket: Bucket<Kept>;

  constructor(store: Store) {
    this.#bucket = store.bucket<Kept>({ name: breakersAsset.name, schema: breakerRecord, version: 1 });
  }

  async change(place: Place, change: (now: Breaker | undefined) => Breaker): Promise<Breaker> {
    const { value } = await this.#bucket.update(keyOf(place), (now) => {
      const before = now === undefined ? undefined : breakerIn(now);
      const after = change(before);
      return after === (before ?? closedBreaker) ? 'skip' : keptAs(place, after);
    });
    return value === undefined ? closedBreaker : breakerIn(value);
  }

  async watch(listener: (place: Place, breaker: Breaker | undefined) => void): Promise<void> {
    const { ready } = this.#bucket.watch('', ({ key, value }) => {
      const [organId = '', specialty = ''] = key.split('.', 2);
      listener({ organId, specialty }, value === undefined ? undefined : breakerIn(value));
    });
    await ready;
  }
}

const keyOf = ({ organId, specialty }: Place): string => `${organId}.${specialty}`;

function breakerIn({ breaker }: Kept): Breaker {
  if (breaker.state === 'closed') return breaker;
  if (breaker.state === 'open') return { state: 'open', untilMs: breaker.until_ms };
  const { good, probe } = breaker;
  return { state: 'half_open', good, probe: probe && { run: probe.run, untilMs: probe.until_ms } };
}

function keptAs({ organId, specialty }: Place, breaker: Breaker): Kept {
  const about = { organ_id: organId, specialty };
  if (breaker.state === 'closed') return { ...about, breaker };
  if (breaker.state === 'open') return { ...about, breaker: { state: 'open', until_ms: breaker.untilMs } };
  const { good, probe } = breaker;
  const held = probe === undefined ? {} : { probe: { run: probe.run, until_ms: probe.untilMs } };
  return { ...about, breaker: { state: 'half_open', good, ...held } };
}
