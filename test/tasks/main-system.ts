import { connect } from '@seedcore/mesh';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';

/**
 * Works the queue `sys` until it is about to write what KILLED_BEFORE matches: there it is gone, without a word. What the
 * store and the tasks do is untouched; only the way to the broker ends.
 */
const mesh = await connect({ servers: process.env['NATS_URL'], ns: process.env['SEEDCORE_NS'] });
const store = openStore(mesh);
const killedBefore = process.env['KILLED_BEFORE'];
if (killedBefore !== undefined) {
  const pattern = new RegExp(killedBefore);
  const write = store.broker.write.bind(store.broker);
  store.broker.write = (subject, body, options) => {
    const text = `${subject} ${new TextDecoder().decode(body)}`;
    if (pattern.test(text)) process.kill(process.pid, 'SIGKILL');
    return write(subject, body, options);
  };
}
const system = openTasks(store, { instance: mesh.instance }).system();
await system.ready;
console.log('ready');
process.once('SIGTERM', () => void system.drain(2000).then(() => process.exit(0)));
