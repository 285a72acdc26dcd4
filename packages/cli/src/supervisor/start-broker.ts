import { join } from 'node:path';
import {
  NatsServerUnavailable,
  PortTaken,
  type Resolution,
  type RunningServer,
  resolveServer,
  startServer,
  withoutCredentials,
} from '@seedcore/nats-dev';
import { CommandError, exitCodes } from '../exit-code.ts';
import { duration } from '../output/quantity.ts';
import type { Surroundings } from '../surroundings.ts';

/** The broker a mesh runs on. */
export interface Broker {
  readonly url: string;
  readonly from: string;
  /** Absent when somebody else runs it. */
  readonly server: RunningServer | undefined;
}

/** Which broker is wanted. */
export interface BrokerWish {
  readonly folder: string;
  readonly port: { readonly number: number; readonly strict: boolean };
  readonly options: { readonly nats?: string; readonly server?: string; readonly verbose?: boolean };
  readonly surroundings: Surroundings;
}

/** Uses the server that was named, else starts one. */
export async function startBroker({ folder, port, options, surroundings }: BrokerWish): Promise<Broker> {
  const { out, env } = surroundings;
  const named = options.nats ?? options.server;
  const found = await resolve({ ...env, ...(named ? { NATS_URL: named } : {}) }, surroundings);
  out(
    `nats-server  ${found.kind === 'url' ? withoutCredentials(found.url) : found.version.join('.')}, ${reasonOf(found)}`,
  );
  if (options.verbose) for (const why of found.why) out(`             ${why}`);
  if (found.kind === 'url') return { url: found.url, from: options.nats ? '--nats' : 'NATS_URL', server: undefined };
  const began = surroundings.clock.now();
  const server = await startServer({
    server: found,
    dataDir: join(folder, 'nats'),
    port: port.number,
    strictPort: port.strict,
    report: out,
  }).catch((cause: unknown) => {
    const advice = cause instanceof PortTaken ? ': seedcore up --port 4333, or --nats URL' : '';
    throw new CommandError(`${cause instanceof Error ? cause.message : cause}${advice}`, exitCodes.failed, { cause });
  });
  out(`nats-server  ready in ${duration(surroundings.clock.now() - began)}`);
  return { url: server.url, from: 'the server just started', server };
}

async function resolve(env: Surroundings['env'], { out, transient }: Surroundings): Promise<Resolution> {
  try {
    return await resolveServer({ env, report: { line: out, ...(transient ? { transient } : {}) } });
  } catch (cause) {
    if (!(cause instanceof NatsServerUnavailable || cause instanceof RangeError)) throw cause;
    throw new CommandError(cause.message, exitCodes.unreachable, { cause });
  }
}

/** Why this one: the words of the step that had it. */
function reasonOf({ step, why }: Resolution): string {
  return (why.at(-1) ?? '').replace(`${step}: `, '');
}
