import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { MeshError } from '@seedcore/protocol';
import type { Asset, AssetChange } from '../asset.ts';
import { StoreError } from '../store-error.ts';
import { type Difference, difference } from './config-difference.ts';
import type { BrokerConnection } from './nats-connection.ts';
import { serverTooOld } from './server-floor.ts';
import { streamConfig, type WantedConfig } from './stream-config.ts';

const NAME_IN_USE = 10058;

/** Adds an asset, or brings it up to date; see `Store.provision`. */
export async function applyAsset(connection: BrokerConnection, asset: Asset, replicas: 1 | 3): Promise<AssetChange> {
  const { ns, clock } = connection.mesh;
  const wanted = streamConfig(asset, { ns, replicas });
  const first = asset.kind === 'bucket' && asset.epochs ? { first_seq: Math.floor(clock.wallMs()) } : {};
  const { info } = connection.up(wanted.name);
  // The link broke, and the mesh has not heard of it yet: that says nothing about the broker's version.
  if (info === undefined) throw new MeshError('not_connected', { target: wanted.name, sent: false });
  const { version } = info;
  return connection.manage(wanted.name, async (manager) => {
    const tooOld = serverTooOld(version, (await manager.getAccountInfo()).api?.level ?? 0);
    connection.gate(tooOld);
    if (tooOld !== undefined) throw tooOld;
    const found = await infoOf(manager, wanted.name);
    if (found === undefined) return create(manager, { ...wanted, ...first }, wanted);
    return update(manager, found, wanted);
  });
}

/** Removes an asset and all it holds. */
export function dropAsset(connection: BrokerConnection, asset: Asset): Promise<void> {
  const { name } = streamConfig(asset, { ns: connection.mesh.ns, replicas: 1 });
  return connection.manage(name, async (manager) => {
    try {
      await manager.streams.delete(name);
    } catch (error) {
      if (!isCode(error, JetStreamApiCodes.StreamNotFound)) throw error; // not there: removed already
    }
  });
}

async function create(manager: JetStreamManager, config: WantedConfig, wanted: WantedConfig): Promise<AssetChange> {
  try {
    verify(await manager.streams.add(config), wanted);
    return { asset: wanted.name, change: 'created' };
  } catch (error) {
    // Another process made it in the meantime, with another first sequence or other settings.
    const found = isCode(error, NAME_IN_USE) ? await infoOf(manager, wanted.name) : undefined;
    if (found === undefined) throw error;
    return update(manager, found, wanted);
  }
}

async function update(manager: JetStreamManager, found: StreamInfo, wanted: WantedConfig): Promise<AssetChange> {
  const { changed, destructive } = differ(found, wanted);
  if (changed.length === 0) return { asset: wanted.name, change: 'none' };
  if (destructive.length > 0)
    throw new StoreError('destructive_change', wanted.name, `refused, it would lose data: ${destructive.join('; ')}`);
  verify(await manager.streams.update(wanted.name, wanted), wanted);
  return { asset: wanted.name, change: 'updated', detail: changed.join(', ') };
}

/** An older broker takes a setting it does not know and drops it in silence. */
function verify(info: StreamInfo, wanted: WantedConfig): void {
  const { changed } = differ(info, wanted);
  if (changed.length > 0)
    throw new StoreError('config_ignored', wanted.name, `the broker did not take: ${changed.join(', ')}`);
}

const differ = (info: StreamInfo, wanted: WantedConfig): Difference => difference({ ...info.config }, { ...wanted });

/** A stream as the broker describes it; undefined when there is none of that name. */
export async function infoOf(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (isCode(error, JetStreamApiCodes.StreamNotFound)) return undefined;
    throw error;
  }
}

const isCode = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;
