import type { Outcome } from '../found-server.ts';
import type { Machine } from '../machine.ts';
import { readVersion } from './read-version.ts';

const variables = ['SEEDCORE_NATS_SERVER', 'NATS_SERVER_BIN'] as const;

/** Uses the program an environment variable names; one that is missing or too old is an error, not a hint. */
export async function fromEnv(machine: Machine): Promise<Outcome> {
  const name = variables.find((variable) => machine.env[variable]);
  const path = name && machine.env[name];
  if (!name || !path) return { why: `${variables.join(' and ')} are not set` };
  if (!(await machine.isProgram(path))) return { fatal: `${name}=${path}: no such program` };
  const binary = await readVersion(machine, path);
  return 'why' in binary ? { fatal: `${name}=${binary.why}` } : { found: binary, how: `${name} names ${path}` };
}
