import { ml, state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { MeshError, type Service } from '@seedcore/protocol';
import type { Services } from '../ports.ts';
import { type SurveyPorts, survey } from './survey-mesh.ts';

/** Contracts of the services skills may call. */
const callable: ReadonlyMap<string, Service> = new Map([ml, state].map((contract) => [contract.name, contract]));

/** Other services, as skills reach them. */
export function meshServices(mesh: Mesh, ports: Pick<SurveyPorts, 'storageLagMs'>): Services {
  return {
    async call({ service, endpoint }, input, { parent, signal }) {
      const contract = callable.get(service);
      const method: unknown = contract && Reflect.get(mesh.client(contract), endpoint);
      if (typeof method !== 'function')
        throw new MeshError('unknown_endpoint', { target: `${service}.${endpoint}`, sent: false });
      return Reflect.apply(method, undefined, [input, { parent, signal }]);
    },
    survey: (names, timeoutMs) => survey({ mesh, ...ports }, names, timeoutMs),
  };
}
