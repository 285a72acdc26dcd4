import { transportCases } from '@seedcore/mesh/testing';
import { describe, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';

const meshes = meshesOnBroker();
const open = async () => (await meshes.open()).transport;

describe('the transport over a real broker keeps the promises of the port:', () => {
  test.each(transportCases)('$name', ({ run }) => run({ open }));
});
