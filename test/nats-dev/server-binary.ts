import { resolveServer, type ServerBinary } from '@seedcore/nats-dev';

/** The nats-server program of this machine, fetched if need be; these tests look at processes, so a URL will not do. */
export async function serverBinary(): Promise<ServerBinary> {
  const { NATS_URL: _, ...env } = process.env;
  const found = await resolveServer({ env, report: { line: (text) => process.stderr.write(`${text}\n`) } });
  if (found.kind !== 'binary') throw new Error(`these tests need a nats-server program, found a ${found.kind}`);
  return found;
}
