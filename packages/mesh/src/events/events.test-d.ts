import type { Mesh } from '../mesh.ts';
import { echo } from '../testing/echo-contract.ts';
import type { EventReceipt } from './publisher.ts';

/** Each line that must not compile carries the error it expects: tsc fails when the error is gone. */
export async function publishing(mesh: Mesh): Promise<unknown[]> {
  const sent: boolean = mesh.publish(echo, 'said', { word: 'a' }, { key: 'b' });
  const kept: Promise<EventReceipt> = mesh.publish(echo, 'promised', { word: 'a' }, { key: 'b', id: 'c' });
  return [
    sent,
    (await kept).duplicate,
    // @ts-expect-error a lossy event is sent or not, and nobody waits for it
    mesh.publish(echo, 'said', { word: 'a' }).then,
    // @ts-expect-error an id says nothing where nothing is kept
    mesh.publish(echo, 'said', { word: 'a' }, { id: 'c' }),
    // @ts-expect-error a field the event does not have
    mesh.publish(echo, 'promised', { wrod: 'a' }),
    // @ts-expect-error an event the contract does not have
    mesh.publish(echo, 'shouted', { word: 'a' }),
  ];
}

export function subscribing(mesh: Mesh): void {
  mesh.subscribe(echo, 'promised', ({ word }, { id, deliveries, signal }) => void [word, id, deliveries, signal], {
    group: 'scribes',
  });
  mesh.subscribe(echo, 'promised', (_data, { key, subject }) => void [key, subject]);
  // @ts-expect-error without a group it is heard like a lossy event: nothing was delivered, nothing comes again
  mesh.subscribe(echo, 'promised', (_data, { deliveries }) => void deliveries);
  // @ts-expect-error a lossy event has no id, in a group neither
  mesh.subscribe(echo, 'said', (_data, { id }) => void id, { group: 'scribes' });
  // @ts-expect-error data are typed
  mesh.subscribe(echo, 'promised', ({ wrod }) => void wrod, { group: 'scribes' });
}
