import { expect, test } from 'vitest';
import { InFlight } from './in-flight.ts';

/** Work that ends when it is told to. */
function works(flight: InFlight) {
  const open: PromiseWithResolvers<void>[] = [];
  const begin = () =>
    flight.begin(() => {
      const one = Promise.withResolvers<void>();
      open.push(one);
      return one.promise;
    });
  return { open, begin };
}

test('so much is under way at once, and the next begins when one has ended', async () => {
  const flight = new InFlight(2);
  const { open, begin } = works(flight);
  await begin();
  await begin();
  const third = begin();
  await Promise.resolve();
  expect(open).toHaveLength(2);
  open[1]?.resolve();
  await third;
  expect(open).toHaveLength(3);
  for (const { resolve } of open) resolve();
  await flight.settled();
});

test('what fails is told once, when nothing is under way any more', async () => {
  const flight = new InFlight(2);
  const { open, begin } = works(flight);
  await begin();
  await begin();
  open[0]?.reject(new Error('no room'));
  const told = begin().then(
    () => 'begun',
    (error: unknown) => String(error),
  );
  open[1]?.resolve();
  expect(await told).toBe('Error: no room');
  expect(open).toHaveLength(2);
  await flight.settled();
});
