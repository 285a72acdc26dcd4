import { fail, ok } from '@seedcore/protocol';
import type { Tasks, Worker } from '@seedcore/tasks';

/** Charges orders: the bank is asked once per order, whatever dies in between. */
export function chargeOrders(tasks: Tasks, bank: (key: string, cents: number) => Promise<string>): Worker {
  return tasks.worker('billing', {
    handlers: {
      charge: async (params, task) => {
        const cents = Number(params['cents']);
        if (!(cents > 0)) return fail('nothing_to_charge', { cents }); // an answer: never tried again
        const receipt = await task.step('pay', (key) => bank(key, cents)); // thrown errors are tried again
        return ok({ receipt });
      },
    },
  });
}
