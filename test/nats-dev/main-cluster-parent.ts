/** A parent that starts a cluster, prints what it started, and waits to be killed. Usage: main-cluster-parent.ts <binary> */
import { startCluster } from '@seedcore/nats-dev';

const [path = ''] = process.argv.slice(2);
const cluster = await startCluster(3, { server: { kind: 'binary', path, version: [2, 15, 1] } });
await cluster.pause(1); // the end of a paused member needs more than a request
const started = cluster.members.map(({ pid, dataDir }) => ({ pid, dataDir }));
process.stdout.write(`${JSON.stringify(started)}\n`);
