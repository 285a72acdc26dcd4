import { type Call, type CallOptions, type Client, MeshError, meshErrors, type Service } from '@seedcore/protocol';
import type { Mesh } from '../mesh.ts';
import type { TargetReport } from '../report/resources.ts';
import type { BuiltinAnswer } from './builtin.ts';
import type { ClientOptions } from './call-target.ts';
import { closableClient } from './closable-client.ts';

/** Contracts by the names their clients are asked for. */
export type Registry = Readonly<Record<string, Service>>;

/** What every named client has beside its endpoints. An endpoint of such a name is reached by `mesh.client`. */
export type ServiceClientControls = {
  /** What the service says of itself. @throws MeshError when it says nothing */
  health_check(call?: Call | CallOptions): Promise<BuiltinAnswer<'health'>>;
  /** Whether the service lives and is ready; one that does not answer is not. */
  is_healthy(call?: Call | CallOptions): Promise<boolean>;
  /** The service's endpoints as this process has called them. */
  get_metrics(): readonly TargetReport[];
  /** Refuses new calls as `cancelled` and ends once those under way have; the connection stays. */
  close(): Promise<void>;
};

/** The client of one service by its name. */
export type ServiceClient<S extends Service> = Omit<Client<S>, keyof ServiceClientControls> & ServiceClientControls;

/** Clients of all services of a registry, each made when it is first asked for. */
export interface NamedClients<R extends Registry> {
  /** The client of a service; a new one after the last was closed. @throws RangeError listing the names there are */
  getServiceClient<N extends keyof R & string>(name: N): ServiceClient<R[N]>;
  /** All of them. */
  getAllServiceClients(): { readonly [N in keyof R]: ServiceClient<R[N]> };
}

type ClientsMesh = Pick<Mesh, 'client' | 'builtin' | 'resources'>;

/** Clients by name, all with the same options. */
export function clients<const R extends Registry>(
  mesh: ClientsMesh,
  registry: R,
  options: ClientOptions = {},
): NamedClients<R> {
  const open = new Map<string, unknown>();
  const getServiceClient = <N extends keyof R & string>(name: N): ServiceClient<R[N]> => {
    const contract = Object.hasOwn(registry, name) ? registry[name] : undefined;
    if (contract === undefined)
      throw new RangeError(`no service client "${name}"; there are ${Object.keys(registry).join(', ')}`);
    const client = open.get(name) ?? serviceClient(mesh, { contract, options, closed: () => open.delete(name) });
    open.set(name, client);
    // The methods are built from the contract itself, which no type can follow.
    return client as ServiceClient<R[N]>;
  };
  const getAllServiceClients = () => {
    const all = Object.keys(registry).map((name) => [name, getServiceClient(name)]);
    return Object.fromEntries(all) as { readonly [N in keyof R]: ServiceClient<R[N]> };
  };
  return { getServiceClient, getAllServiceClients };
}

function serviceClient(mesh: ClientsMesh, { contract, options, closed }: ServiceClientSpec): object {
  const { name } = contract;
  const { methods, close } = closableClient(name, mesh.client(contract, options));
  const health_check = (call?: Call | CallOptions) => mesh.builtin(name, 'health', call);
  const controls: ServiceClientControls = {
    health_check,
    is_healthy: (call) => health_check(call).then(isWell, notWell),
    get_metrics: () => mesh.resources().filter(({ target }) => target.startsWith(`${name}.`)),
    close: () => {
      closed();
      return close();
    },
  };
  return Object.freeze({ ...methods, ...controls });
}

type ServiceClientSpec = {
  readonly contract: Service;
  readonly options: ClientOptions;
  /** The client is closing. */
  readonly closed: () => void;
};

const isWell = ({ live, ready }: BuiltinAnswer<'health'>): boolean => live === true && ready === true;

/** That nobody answers is an answer; a fault of the caller is none. */
function notWell(error: unknown): boolean {
  if (error instanceof MeshError && meshErrors[error.code].kind !== 'caller') return false;
  throw error;
}
