import { isRecord, subjects } from '@seedcore/protocol';
import { leasesAsset, openRaw, patiently, type RawRecord, type Store, type StreamUse } from '@seedcore/store';
import type { FigurePorts, HeldLease, Holding } from '../figure-ports.ts';
import { quarantineStream } from './journal-quarantine.ts';

/** For so long a broker that does not answer is asked again, in ms: whoever waits for figures does not wait longer. */
const WITHIN_MS = 4000;
/** Buckets and streams that state writes or reads. */
const BUCKETS = ['agents', 'backups', 'beliefs', 'energy', 'leases', 'memory', 'organs'] as const;
const STREAMS = ['EPISODES', quarantineStream.name] as const;

/** What the broker has to tell of what state works with. */
export function brokerFigures(store: Store): Pick<FigurePorts, 'kept' | 'quarantined' | 'leases'> {
  const { broker } = store;
  const named = subjects(broker.ns);
  const leases = openRaw(store, leasesAsset.name, { expiring: true });
  const use = (stream: string): Promise<StreamUse | undefined> =>
    patiently(broker, { endsAt: broker.clock.now() + WITHIN_MS, repeatable: true }, () => broker.use(stream));
  const held = async (name: string, stream: string): Promise<Holding[]> => {
    const used = await use(stream);
    return used === undefined ? [] : [{ name, ...used }];
  };
  return {
    async kept() {
      const buckets = BUCKETS.map((name) => held(named.bucket(name), `KV_${named.bucket(name)}`));
      const streams = STREAMS.map((name) => held(named.stream(name), named.stream(name)));
      const [inBuckets, inStreams] = await Promise.all([Promise.all(buckets), Promise.all(streams)]);
      return { buckets: inBuckets.flat(), streams: inStreams.flat() };
    },
    quarantined: async () => (await use(named.stream(quarantineStream.name)))?.messages ?? 0,
    leases: async () =>
      (await leases.newest(await leases.keys(['>']))).map((record) => leaseOf(record, broker.clock.wallMs())),
  };
}

function leaseOf({ key: name, at, body }: RawRecord, wallMs: number): HeldLease {
  const renewedMs = Math.max(0, wallMs - at.getTime());
  const { holder, ttl_ms: ttlMs } = parsed(body);
  return {
    ...{ name, renewedMs },
    holder: typeof holder === 'string' ? holder : undefined,
    ttlMs: typeof ttlMs === 'number' ? ttlMs : undefined,
  };
}

function parsed(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isRecord(value) ? value : {};
  } catch {
    return {}; // somebody's text: it counts as held
  }
}
