import { type Implementation, type Service, wireName } from '@seedcore/protocol';
import type { HandlerFunction } from '../served/served-endpoint.ts';
import { type ReplayPorts, replaying } from './replaying.ts';
import type { ReplyStore } from './reply-store.ts';

/** A service and where its replies are kept. */
export type KeepingReplies<S extends Service> = {
  readonly implementation: Implementation<S>;
  readonly replies?: ReplyStore | undefined;
};

/** What keeping replies needs beside a place for them; `replayed` hears of each reply that was given again. */
export type KeepingPorts = Omit<ReplayPorts, 'replies' | 'replayed'> & {
  readonly replayed: (endpoint: string) => void;
};

/** @throws TypeError when an endpoint keeps its replies and there is nowhere to keep them */
export function requireReplies<S extends Service>({ implementation, replies }: KeepingReplies<S>): void {
  const { contract } = implementation;
  const keeping = Object.keys(contract.endpoints).filter((key) => contract.endpoints[key]?.replays);
  if (keeping.length === 0 || replies !== undefined) return;
  const names = keeping.map(wireName).join(', ');
  throw new TypeError(`${contract.name}: ${names} keeps replies (replays: true), so start() must return \`replies\``);
}

/** The same service, its `replays` endpoints running once per idempotency key. */
export function withReplays<S extends Service>(
  { implementation, replies }: KeepingReplies<S>,
  ports: KeepingPorts,
): Implementation<S> {
  const { contract, handlers } = implementation;
  if (replies === undefined) return implementation;
  const wrapped = Object.entries<unknown>(handlers).map(([key, handler]) => {
    const endpoint = contract.endpoints[key];
    if (endpoint?.replays !== true || typeof handler !== 'function') return [key, handler] as const;
    const handle: HandlerFunction = (input, call): unknown => Reflect.apply(handler, undefined, [input, call]);
    const target = `${contract.name}.${wireName(key)}`;
    const replayed = () => ports.replayed(wireName(key));
    return [key, replaying({ target, contract: endpoint, handle }, { ...ports, replies, replayed })] as const;
  });
  // The same keys with handlers of the same shape, which no type can follow.
  return { contract, handlers: Object.fromEntries(wrapped) as Implementation<S>['handlers'] };
}
