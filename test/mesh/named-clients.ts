import { serviceClients } from '@seedcore/contracts/registry';
import { clients, type Mesh } from '@seedcore/mesh';

/** Which of the six services are there and ready, by the names of their clients. */
export async function readyServices(mesh: Mesh): Promise<string[]> {
  const all = Object.entries(clients(mesh, serviceClients, { profile: 'seed' }).getAllServiceClients());
  const ready = await Promise.all(all.map(([, client]) => client.is_healthy()));
  return all.map(([name]) => name).filter((_, i) => ready[i]);
}
