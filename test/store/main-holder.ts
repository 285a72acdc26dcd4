import { connect } from '@seedcore/mesh';
import { openStore } from '@seedcore/store';

/** Holds the lease `singleton` and says so whenever its belief begins or ends. */
const mesh = await connect({ servers: process.env['NATS_URL'], ns: 'test' });
const store = openStore(mesh);
await store.provision([]);
const lease = await store.lease('singleton', { ttlMs: 4000 });
if (lease === undefined) throw new Error('somebody else holds it');
console.log(`held ${lease.epoch}`);
lease.signal.addEventListener('abort', () => {
  console.log(`lost at ${Date.now()}`);
});
