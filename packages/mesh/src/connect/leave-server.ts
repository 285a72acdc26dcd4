import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@seedcore/protocol';

/** What leaving a server needs of a connection. */
export type LeavingConnection = Pick<NatsConnection, 'getServer' | 'getServers' | 'setServers' | 'reconnect'>;

/** For this long only the others are tried, in ms; afterwards the one that was left is as good as any. */
const AVOID_MS = 3_000;

/**
 * Leaves the server at the other end for another one; false when no other is known. The library would choose at random
 * among all, the one that is left included, so that one is taken out of its list for a while.
 */
export function leaveServer(connection: LeavingConnection, clock: Clock): boolean {
  const current = connection.getServer();
  const others = connection.getServers().flatMap(({ listen }) => (listen === current ? [] : [listen]));
  if (others.length === 0) return false;
  connection.setServers(others);
  clock.after(AVOID_MS, () => connection.setServers([...others, current]));
  connection.reconnect().catch(() => undefined); // it was closed meanwhile: there is nothing left to leave
  return true;
}
