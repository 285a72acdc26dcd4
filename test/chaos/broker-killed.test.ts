import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { chanceOf, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A2';
const BROKER_KILLS = scaled(2, 30);
const APART_MS = scaled(3_000, 20_000);
const WORKERS = scaled(2, 4);
const bed = worldOnBroker();

test(
  `${CLAIM}: the broker killed with -9 again and again, and workers too: nothing accepted is missing, every effect once`,
  async () => {
    const random = chanceOf(CLAIM);
    const [world, server] = [bed.world(), bed.server()];
    const { crew, tasks, accepted } = world;
    await Promise.all([...Array.from({ length: WORKERS }, () => crew.worker()), crew.coordinator()]);
    let submitting = true;
    const submit = async (of: number) => {
      for (let n = 0; submitting; n++) {
        // What was not answered is asked again, as every client does: in the end there is no task that nobody waits for.
        await world.insist({ id: `t${of}-${n}`, type: 'three' }, { queue: n % 2 === 0 ? 'demo' : 'front' });
        await pause(10);
      }
    };
    const submitters = Promise.all([0, 1, 2, 3].map(submit));
    const firstPid = server.pid;
    for (let kill = 1; kill <= BROKER_KILLS; kill++) {
      const before = accepted.length;
      await pause(APART_MS * (0.5 + random.next()));
      await until('more to be accepted', () => accepted.length > before + 20 || undefined);
      await server.kill();
      await pause(200);
      await server.restart();
      await crew.replaceOne(random);
    }
    const before = accepted.length;
    await until('more to be accepted after all', () => accepted.length > before + 20 || undefined);
    submitting = false;
    await submitters;
    expect(server.pid).not.toBe(firstPid);
    const results = await Promise.all(accepted.map(({ id }) => tasks.wait(id, { timeoutMs: TEST_MS })));
    expect(new Set(results.map((result) => result?.state))).toEqual(new Set(['succeeded']));
    const { effects } = await world.check();
    figures(CLAIM, { accepted: accepted.length, broker_kills: BROKER_KILLS, effects_asked: effects.length });
  },
  TEST_MS,
);
