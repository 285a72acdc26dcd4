export { SeededRandom } from './seeded-random.ts';
export { forSeeds } from './seeds/main.ts';
export type { SeededWork } from './seeds/run-seeds.ts';
export { VirtualClock } from './virtual-clock.ts';
