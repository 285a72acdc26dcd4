import { organism, worker } from '@seedcore/contracts';
import { conformance } from '@seedcore/testkit';
import { beforeAll, describe, test } from 'vitest';
import { openReplica, openWorld } from './testing/fake-replica.ts';

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

const start = () => openReplica(openWorld(), 'organism-one');

test.each(conformance(organism, async () => (await start()).client))('$name', ({ run }) => run());

describe('worker', () => {
  test.each(conformance(worker, async () => (await start()).workers))('$name', ({ run }) => run());
});
