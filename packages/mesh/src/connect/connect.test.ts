import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { ConnectionOwner } from './connect.ts';

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('one process, one connection', () => {
  function owner() {
    let opened = 0;
    const meshes = new ConnectionOwner(async () => {
      opened += 1;
      return memoryMesh({ clock: new VirtualClock(), random: new SeededRandom(opened) });
    });
    return { meshes, opened: () => opened };
  }

  test('fifty concurrent callers share one promise', async () => {
    const { meshes, opened } = owner();
    const all = await Promise.all(Array.from({ length: 50 }, () => meshes.connect({ service: 'ml' })));
    expect(new Set(all).size).toBe(1);
    expect(opened()).toBe(1);
  });

  test('other options are refused, naming fields and no values', async () => {
    const { meshes } = owner();
    await meshes.connect({ user: 'ada', pass: 'hunter2' });
    const error = await failureOf(meshes.connect({ user: 'ada', pass: 'hunter3', ns: 'prod' }));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('with another ns, pass: one process, one connection');
    expect(String(error)).not.toMatch(/hunter|ada|prod/);
  });

  test('after a close, or a failure, the next caller connects anew', async () => {
    const { meshes, opened } = owner();
    await (await meshes.connect()).close();
    await meshes.connect({ ns: 'other' });
    expect(opened()).toBe(2);
    let tries = 0;
    const failing = new ConnectionOwner(async () => {
      tries += 1;
      throw new Error('no broker');
    });
    await failureOf(failing.connect());
    await failureOf(failing.connect({ ns: 'other' }));
    expect(tries).toBe(2);
  });
});
