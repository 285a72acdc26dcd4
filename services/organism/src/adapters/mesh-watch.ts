import { organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Breaker } from '../domain/specialty-breaker.ts';
import type { WatchWire } from '../ports.ts';

/** What replicas tell each other about runs, and everybody about what was done to them; without a connection nobody hears. */
export function meshWatch(mesh: Mesh): WatchWire {
  return {
    running: (runs) => void mesh.publish(organism, 'attempts_running', { instance: mesh.instance, runs: [...runs] }),
    onRunning: (listener) =>
      void mesh.subscribe(organism, 'attempts_running', ({ instance, runs }) => {
        if (instance !== mesh.instance) listener(instance, runs);
      }),
    wantStop: (wish) => void mesh.publish(organism, 'stop_wanted', wish),
    onStopWanted: (listener) => void mesh.subscribe(organism, 'stop_wanted', (wish) => listener(wish)),
    answerStop: (answer) => void mesh.publish(organism, 'stop_answered', answer),
    onStopAnswered: (listener) => void mesh.subscribe(organism, 'stop_answered', (answer) => listener(answer)),
    intervened: (record) => void mesh.publish(organism, 'intervention', record),
    breaker: ({ organId, specialty }, to) =>
      void mesh.publish(organism, BREAKER_EVENTS[to], { organ_id: organId, specialty }),
  };
}

const BREAKER_EVENTS = {
  open: 'specialty_opened',
  half_open: 'specialty_half_open',
  closed: 'specialty_closed',
} as const satisfies Record<Breaker['state'], string>;
