import { Stack, type StackPorts } from '@seedcore/resilience';

/** Asks a price source that fails now and then; `ports` are `systemClock` and `systemRandom` of `@seedcore/mesh`. */
export function patientPrices(fetchPrice: (sku: string, signal: AbortSignal) => Promise<number>, ports: StackPorts) {
  const stack = new Stack('shop.price', { idempotent: true, deadlineMs: 2_000 }, ports);
  return (sku: string) => stack.run(({ signal }) => fetchPrice(sku, signal));
}
