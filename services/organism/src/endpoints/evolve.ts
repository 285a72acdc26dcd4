import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { type BeginPorts, beginEvolution } from '../evolution/begin-evolution.ts';

/** Changes the shape of organs if that pays. */
export function evolve(ports: BeginPorts): Handler<typeof organism.endpoints.evolve> {
  return async (wish, call) => {
    const begun = await beginEvolution(wish, ports, call);
    switch (begun.is) {
      case 'begun':
      case 'planned': {
        const { evolution_id, E_before, delta_E_est, cost, cost_e, roi_est } = begun.record;
        const state = begun.is === 'begun' ? 'applying' : 'planned';
        return ok({ evolution_id, state, E_before, delta_E_est, cost, cost_e, roi_est });
      }
      case 'unknown_organ': {
        const known = ports.roster.organs().map(({ record }) => record.organ_id);
        return fail('unknown_organ', { organ_id: begun.organId, known });
      }
      case 'bad_shape':
      case 'energy_unknown':
        return fail(begun.is, { reason: begun.reason });
      case 'too_costly':
        return fail('too_costly', { cost: begun.cost, max: begun.max });
      case 'refused_by_mode':
        return fail('refused_by_mode', { mode: begun.mode });
      case 'unprofitable':
        return fail('unprofitable', { roi_est: begun.roi_est, min: begun.min });
      case 'evolution_running':
        return fail('evolution_running', { evolution_id: begun.evolution_id, organ_id: begun.organ_id });
    }
  };
}
