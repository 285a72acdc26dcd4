import type { Mesh } from '@seedcore/mesh';
import * as meshPackage from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import type { BaseConfig } from './config/base-config.ts';
import type { Log } from './log/log.ts';

/** Who connects. */
export type Connecting = { readonly ns: string; readonly service: string; readonly instance: string };

/** The mesh, or undefined when no broker can be reached; why is in the log. */
export async function connectBroker(base: BaseConfig, who: Connecting, log: Log): Promise<Mesh | undefined> {
  const connect: unknown = Reflect.get(meshPackage, 'connect');
  if (typeof connect !== 'function') throw new TypeError('this mesh cannot connect');
  try {
    const mesh: Mesh = await Reflect.apply(connect, undefined, [{ ...who, servers: base.NATS_URL }]);
    return mesh;
  } catch (err) {
    if (!(err instanceof MeshError)) throw err;
    log.fatal({ err }, 'no broker');
    return undefined;
  }
}
