import type { Resolution } from './found-server.ts';
import { nodeMachine, type Reporter } from './machine-node.ts';
import type { Environment } from './proxy.ts';
import { resolveOn } from './resolve.ts';

/** What `resolveServer` may be told. */
export interface ResolveOptions {
  readonly env?: Environment;
  readonly report?: Reporter;
}

/** Finds or fetches a nats-server for this machine and says which step had it and why earlier ones did not. */
export function resolveServer({
  env = process.env,
  report = { line: () => undefined },
}: ResolveOptions = {}): Promise<Resolution> {
  return resolveOn(nodeMachine(env, report));
}
