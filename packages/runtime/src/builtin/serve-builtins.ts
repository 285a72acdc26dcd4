import { type Endpoint, isRecord, ok, type Service, subjects } from '@seedcore/protocol';
import { admission, Gate } from '@seedcore/resilience';
import { type HandlerFunction, ServedEndpoint } from '../served/served-endpoint.ts';
import { builtins, type Health, type Info } from './builtin-contracts.ts';
import { helpText } from './help.ts';
import { schemaOf } from './schema.ts';

/** Requests to all built-ins together that run at the same time. */
const SLOTS = 16;

/** What the built-ins show. */
export type BuiltinView = {
  readonly contract: Service;
  readonly ns: string;
  readonly health: () => Health;
  readonly info: () => Info;
};

/** `help`, `schema`, `health` and `info` of a service. */
export function serveBuiltins({ contract, ns, health, info }: BuiltinView): readonly ServedEndpoint[] {
  const gate = new Gate(admission(SLOTS));
  const serve = (name: string, endpoint: Endpoint, handle: HandlerFunction, text = false) =>
    new ServedEndpoint({
      name,
      service: contract.name,
      subject: subjects(ns).endpoint(contract.name, name),
      contract: endpoint,
      handle,
      gate,
      builtin: true,
      text,
    });
  return [
    serve('help', builtins.help, () => ok(helpText(contract, ns)), true),
    serve('schema', builtins.schema, (input) => ok(schemaOf(contract, ns, endpointIn(input)))),
    serve('health', builtins.health, () => ok(health())),
    serve('info', builtins.info, () => ok(info())),
  ];
}

const endpointIn = (input: unknown): string | undefined =>
  isRecord(input) && typeof input['endpoint'] === 'string' ? input['endpoint'] : undefined;
