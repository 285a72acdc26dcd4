import type { Mesh } from '@seedcore/mesh';
import { type Service, wireName } from '@seedcore/protocol';

/** @throws TypeError when a contract declares durable events and the service gave them no place to be kept */
export function requireEvents(contract: Service, { keepsEvents }: Pick<Mesh, 'keepsEvents'>): void {
  const durable = Object.keys(contract.events).filter((key) => contract.events[key]?.kind === 'durable');
  if (durable.length === 0 || keepsEvents) return;
  const names = durable.map(wireName).join(', ');
  throw new TypeError(
    `${contract.name}: ${names} is durable, so start() must call \`host.mesh.keepEventsIn(openEvents(store))\``,
  );
}
