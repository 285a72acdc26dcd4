/** Writes packages/contracts/wire/<service>.json, the public surface of every contract: `npm run wire`. */
import { writeFileSync } from 'node:fs';
import { contracts } from '../../packages/contracts/src/registry.ts';
import { contractHash, describeService } from '../../packages/protocol/src/index.ts';

const folder = new URL('../../packages/contracts/wire/', import.meta.url);
for (const [name, contract] of contracts) {
  const text = JSON.stringify({ contract: contractHash(contract), ...describeService(contract) }, undefined, 2);
  writeFileSync(new URL(`${name}.json`, folder), `${text}\n`);
  console.log(`wire/${name}.json  ${contractHash(contract)}`);
}
