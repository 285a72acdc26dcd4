import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { type LeavingConnection, leaveServer } from './leave-server.ts';

function fake(...servers: readonly string[]) {
  const pools: string[][] = [];
  let reconnects = 0;
  const connection: LeavingConnection = {
    getServer: () => servers[0] ?? '',
    getServers: () => servers.map((listen) => ({ listen }) as ReturnType<LeavingConnection['getServers']>[number]),
    setServers: (list) => void pools.push(list),
    reconnect: () => {
      reconnects += 1;
      return Promise.resolve();
    },
  };
  return { connection, pools, reconnects: () => reconnects };
}

test('the others are tried first, and the one that was left is welcome again later', async () => {
  const clock = new VirtualClock();
  const { connection, pools, reconnects } = fake('a:1', 'b:1', 'c:1');
  expect([leaveServer(connection, clock), pools, reconnects()]).toEqual([true, [['b:1', 'c:1']], 1]);
  await clock.advance(3_000);
  expect(pools[1]).toEqual(['b:1', 'c:1', 'a:1']);
});

test('without another one nothing is left', () => {
  const { connection, reconnects } = fake('a:1');
  expect([leaveServer(connection, new VirtualClock()), reconnects()]).toEqual([false, 0]);
});
