import { connect } from '@seedcore/mesh';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { takingAssets } from './kept-assets.ts';

/** A coordinator of the chaos tests: hands tasks of the queue `front` over to `demo`, and works what is nobody's. */
const mesh = await connect({ servers: process.env['NATS_URL'], ns: 'test' });
const tasks = openTasks(takingAssets(openStore(mesh)), { instance: mesh.instance });
const router = tasks.router('front', {
  slots: 16,
  decide: async () => ({ to: 'demo', route: { why: 'all of them' } }),
  times: { ackWaitMs: 4_000, beatMs: 1_000 },
});
await Promise.all([router.ready, tasks.system().ready]);
console.log(`ready ${mesh.instance}`);
