/** Resolves a server with this process's own environment and prints what came of it as one JSON line. */
import { NatsServerUnavailable, resolveServer } from '@seedcore/nats-dev';

try {
  process.stdout.write(JSON.stringify(await resolveServer()));
} catch (error) {
  if (!(error instanceof NatsServerUnavailable)) throw error;
  process.stdout.write(JSON.stringify({ unavailable: error.message }));
}
