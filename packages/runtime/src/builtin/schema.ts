import {
  badRequest,
  contractHash,
  describeService,
  type EventKind,
  nearest,
  type Service,
  subjects,
  wireName,
} from '@seedcore/protocol';

/**
 * A contract as JSON Schema with its subjects; one endpoint of it when named.
 *
 * @throws MeshError `bad_request` for an endpoint that does not exist
 */
export function schemaOf(contract: Service, ns: string, endpoint?: string) {
  const s = subjects(ns);
  const described = describeService(contract);
  const wanted = Object.entries(described.endpoints).filter(([name]) => endpoint === undefined || name === endpoint);
  if (endpoint !== undefined && wanted.length === 0) throw unknown(contract, endpoint);
  return {
    service: contract.name,
    version: contract.version,
    contract: contractHash(contract),
    endpoints: Object.fromEntries(
      wanted.map(([name, { doc, ...rest }]) => [name, { doc, subject: s.endpoint(contract.name, name), ...rest }]),
    ),
    events: endpoint === undefined ? eventsOf(contract, ns) : {},
  };
}

function eventsOf(contract: Service, ns: string) {
  const described = describeService(contract).events;
  const entries = Object.entries(contract.events).map(([key, { doc, kind, key: field }]) => {
    const name = wireName(key);
    const subject = subjects(ns).event(contract.name, name) + (field === undefined ? '' : `.<${field}>`);
    return [name, { doc, subject, kind, data: described[name]?.data }];
  });
  return Object.fromEntries(entries) as Record<
    string,
    { doc: string; subject: string; kind: EventKind; data: unknown }
  >;
}

function unknown(contract: Service, endpoint: string) {
  const names = Object.keys(contract.endpoints).map(wireName);
  const meant = nearest(endpoint, names);
  const hint = meant === undefined ? `known: ${names.join(', ')}` : `did you mean "${meant}"?`;
  return badRequest(`${contract.name}.schema`, '/endpoint', `no such endpoint; ${hint}`.slice(0, 180));
}
