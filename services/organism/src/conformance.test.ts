import { organism } from '@seedcore/contracts';
import { conformance } from '@seedcore/testkit';
import { beforeAll, test } from 'vitest';
import { openReplica, openWorld } from './testing/fake-replica.ts';

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

const start = async () => (await openReplica(openWorld(), 'organism-one')).client;

test.each(conformance(organism, start))('$name', ({ run }) => run());
