/** A parent that starts a server, prints what it started, and waits to be killed. Usage: main-parent.ts <binary> [data folder] */
import { startServer } from '@seedcore/nats-dev';

const [path = '', dataDir] = process.argv.slice(2);
const server = await startServer({
  server: { kind: 'binary', path, version: [2, 15, 1] },
  ...(dataDir ? { dataDir } : {}),
});
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url, dataDir: server.dataDir })}\n`);
