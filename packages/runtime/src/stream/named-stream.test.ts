import { clients } from '@seedcore/mesh';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { startService } from '../testing/start-service.ts';
import { teller, tellerService } from '../testing/stream-service.ts';

/** The client of teller by its name. */
function named() {
  const clock = new VirtualClock();
  const { implementation } = tellerService(clock);
  const { mesh } = startService(implementation, { clock, random: new SeededRandom(12) });
  return { clock, client: clients(mesh, { teller }).getServiceClient('teller') };
}

test('a client by name streams as any other, and says how its service is', async () => {
  const { client } = named();
  const items: number[] = [];
  for await (const { n } of client.count.stream({ to: 3 })) items.push(n);
  expect(items).toEqual([0, 1, 2]);
  expect(await client.is_healthy()).toBe(true);
});

test('a closed one waits for its streams and opens no more', async () => {
  const { client } = named();
  const stream = client.count.stream({ to: 2 });
  const closed = client.close();
  await expect(client.count.stream({ to: 1 }).reply).rejects.toMatchObject({ code: 'cancelled', sent: false });
  const items: number[] = [];
  for await (const { n } of stream) items.push(n);
  await closed;
  expect(await stream.reply).toEqual({ ok: true, value: { counted: 2 } });
});
