import { connect } from '@seedcore/mesh';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';

/** Works the system queue, as the coordinator does. */
const mesh = await connect({ servers: process.env['NATS_URL'], ns: 'test' });
const tasks = openTasks(openStore(mesh), { instance: `system-${process.pid}` });
await tasks.system().ready;
console.log('ready');
