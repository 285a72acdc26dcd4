import { setTimeout as pause } from 'node:timers/promises';
import { openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { echo } from './echo.ts';

/**
 * A process that asks at most twenty times a second until it is told to end. It prints every change of what it gets, and on
 * SIGUSR2 `mark`, each with the number of its question.
 */
const mesh = await openMesh({ servers: process.env['NATS_URL'] ?? '', onDefect: () => {} });
const client = mesh.client(echo);
const ended = new Promise<'end'>((resolve) => process.once('SIGTERM', () => resolve('end')));
let last = '';
let word = 0;
process.on('SIGUSR2', () => console.log(`mark ${word}`));
for (; (await Promise.race([ended, pause(50)])) !== 'end'; word++) {
  const got = await client.say({ word: `w${word}` }).then(
    () => 'ok',
    (error: unknown) => (error instanceof MeshError ? error.code : String(error)),
  );
  if (got !== last) console.log(`${got} ${word}`);
  last = got;
}
await mesh.close();
