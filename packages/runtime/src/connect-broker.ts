import { type ConnectOptions, connect, type Mesh, natsFromEnv } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import { type BaseConfig, checkingIn } from './config/base-config.ts';
import type { Log } from './log/log.ts';

/** Who connects. */
export type Connecting = { readonly ns: string; readonly service: string; readonly instance: string };

/** The mesh, or undefined when no broker can be reached or takes us; the log says what was tried. */
export async function connectBroker(base: BaseConfig, who: Connecting, log: Log): Promise<Mesh | undefined> {
  const onDefect = (where: string, err: unknown) => log.error({ where, err }, 'something failed where nobody waits');
  try {
    return await connect({ ...brokerOptions(base), ...who, onDefect });
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    log.fatal({ code: error.code }, error.message);
    return undefined;
  }
}

/** Separate variables win over what is written into the URL. */
function brokerOptions(base: BaseConfig): ConnectOptions {
  const { NODE_ENV, NATS_URL, NATS_USER, NATS_PASSWORD, NATS_TOKEN, SEEDCORE_REPLICAS, SEEDCORE_FAULTS } = base;
  return {
    ...natsFromEnv({ NATS_URL }),
    replicas: SEEDCORE_REPLICAS === '3' ? 3 : 1,
    checking: checkingIn(NODE_ENV),
    ...(NATS_USER === undefined ? {} : { user: NATS_USER }),
    ...(NATS_PASSWORD === undefined ? {} : { pass: NATS_PASSWORD }),
    ...(NATS_TOKEN === undefined ? {} : { token: NATS_TOKEN }),
    ...(SEEDCORE_FAULTS ? { faults: { kill } } : {}),
  };
}

/** As if from outside, without a last word. */
const kill = (): void => void process.kill(process.pid, 'SIGKILL');
