import { connect, type Mesh, natsFromEnv } from '@seedcore/mesh';
import { commandLine, readGreeting, withoutCredentials } from '@seedcore/nats-dev';
import { namespaceOf } from '@seedcore/protocol';
import { type ServerChoice, whichServer } from './arguments/which-server.ts';
import { dataFolder, readState } from './data-folder.ts';
import { CommandError, exitCodes } from './exit-code.ts';
import { isAlive, type MeshState } from './supervisor/state-file.ts';
import type { GlobalOptions, Surroundings } from './surroundings.ts';

/** Longest wait for the broker to greet, in ms: a command answers soon, one way or the other. */
const greetingMs = 2000;

/** The mesh that `up` runs in the data folder of these options; `undefined` when none does. */
export function runningMesh(options: GlobalOptions, env: Surroundings['env']): MeshState | undefined {
  const state = readState(dataFolder(options.data, env));
  return state && isAlive(state.supervisor, commandLine) ? state : undefined;
}

/** Runs `use` with a connection to the mesh and closes it afterwards. */
export async function withMesh<T>(
  options: GlobalOptions,
  { env }: Surroundings,
  use: (mesh: Mesh) => Promise<T>,
): Promise<T> {
  const running = runningMesh(options, env);
  const server = whichServer({ flag: options.server, env: env['NATS_URL'], running: running?.url });
  const ns = options.ns ?? (server.from === 'the mesh started here' ? running?.ns : undefined) ?? namespaceOf(env);
  const mesh = await connectTo(server, ns);
  try {
    return await use(mesh);
  } finally {
    await mesh.close();
  }
}

/** Connects, or says within two seconds that nobody is there. */
export async function connectTo(server: ServerChoice, ns: string): Promise<Mesh> {
  const { serversFrom: _, ...options } = natsFromEnv({ NATS_URL: server.url });
  const addresses = server.url.split(',').map((address) => readGreeting(address.trim(), greetingMs));
  await Promise.any(addresses).catch((cause: unknown) => {
    throw new CommandError(unreachableText(server), exitCodes.unreachable, { cause });
  });
  return connect({ ...options, serversFrom: server.from, ns });
}

function unreachableText({ url, from }: ServerChoice): string {
  return `no NATS server answers at ${withoutCredentials(url)} (from ${from}); start one with "npm start", or name yours with --server or NATS_URL`;
}
