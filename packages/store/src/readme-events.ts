import type { Mesh } from '@seedcore/mesh';
import { event, id, service } from '@seedcore/protocol';
import { openEvents, type Store } from '@seedcore/store';
import { z } from 'zod';

const paid = z.strictObject({ order: id });
const order_paid = event({ doc: 'An order was paid.', data: paid, kind: 'durable', key: 'order' });
const shop = service('shop', { doc: 'Sells.', version: '1.0.0', endpoints: {}, events: { order_paid } });

/** Says that an order was paid: once, however often it is said, and for good when the promise resolves. */
export const tellPaid = (mesh: Mesh, order: string) => mesh.publish(shop, 'order_paid', { order }, { id: order });

/** Has every paid order shipped by one of the shippers, whatever dies in between; `key` tells a repeat from a new one. */
export function shipPaidOrders(mesh: Mesh, store: Store, ship: (order: string, key: string) => Promise<void>) {
  mesh.keepEventsIn(openEvents(store));
  return mesh.subscribe(shop, 'order_paid', ({ order }, { id: key }) => ship(order, key), { group: 'shippers' });
}
