import type { OrganismState } from '../domain/organism-state.ts';

/** Two agents, two patterns, everything known: the worked example of the energy function. */
export const goldenState: OrganismState = {
  agents: [
    { id: 'a1', h: [1, 0], p: [0.5, 0.25, 0.25] },
    { id: 'a2', h: [0.6, 0.8], p: [1 / 3, 1 / 3, 1 / 3] },
  ],
  pairs: [
    { from: 0, to: 1, w: 0.5 },
    { from: 1, to: 0, w: 0.5 },
  ],
  patterns: [0.5, 1],
  memory: { pCompress: 0.4, rEffective: 2 },
  drift: 0.2,
  anomaly: 0,
};
