import { openPresence, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { meshesOnBroker } from '../support/open-meshes.ts';
import { until } from '../support/until.ts';

const meshes = meshesOnBroker();
const spec = { kind: 'worker', schema: z.strictObject({ load: z.number() }) };

const open = async () => openPresence(openStore(await meshes.open(), { report: () => {} }), spec);

test('a broker that was killed has forgotten who is there, and nobody is gone because of it', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  const gone: string[] = [];
  other.on(({ id, facts }) => facts === undefined && gone.push(id));
  const joined = one.join('a', { load: 1 });
  other.join('b', { load: 2 });
  const ids = () =>
    other
      .live()
      .map(({ id }) => id)
      .toSorted()
      .join();
  await until('both to be seen', () => ids() === 'a,b' || undefined);
  await meshes.server().kill();
  await meshes.server().restart();
  joined.change({ load: 3 });
  const load = () => other.live().find(({ id }) => id === 'a')?.facts.load;
  await until('news from after the restart', () => load() === 3 || undefined);
  await other.settled;
  expect(ids()).toBe('a,b');
  expect(gone).toEqual([]);
  await one.close();
  await until('the other to hear of it', () => gone.includes('a') || undefined);
  expect(ids()).toBe('b');
  await other.close();
});
