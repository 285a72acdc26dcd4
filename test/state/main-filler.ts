import { state } from '@seedcore/contracts';
import { openMesh } from '@seedcore/mesh/testing';
import { until } from '../support/until.ts';

/** A process that takes the claim on a page, takes long to make it, and brings it when its claim has ended. */
const [ns = '', key = '', claimMs = ''] = process.argv.slice(2);
const mesh = await openMesh({ servers: process.env['NATS_URL'] ?? '', ns });
const client = mesh.client(state);
const asked = await client.get_item({ key, claim: true, claim_ttl_ms: Number(claimMs) });
const claim = asked.ok ? asked.value.claim : undefined;
if (claim === undefined) throw new Error(`no claim: ${JSON.stringify(asked)}`);
console.log(`claimed ${claim.token}`);
await until('the end of the claim', () => Date.now() > Date.parse(claim.expires_at) + 1000);
const brought = await client.set_item({ key, value: 'late', claim_token: claim.token });
console.log(`brought ${JSON.stringify(brought)}`);
await mesh.close();
