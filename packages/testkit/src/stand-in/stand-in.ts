import { type Handlers, MeshError, type Service } from '@seedcore/protocol';

/**
 * Handlers of a service of which a test needs a few: those given, and for all others one that says it was not expected, so
 * that a contract can grow without its stand-ins.
 */
export function standIn<S extends Service>(contract: S, handlers: Partial<Handlers<S>>): Handlers<S> {
  const others = Object.keys(contract.endpoints).map((name) => [
    name,
    () => {
      throw new MeshError('internal', { target: `${contract.name}.${name}`, message: `${name} was not expected` });
    },
  ]);
  // No type follows names that come from a list.
  return { ...Object.fromEntries(others), ...handlers } as Handlers<S>;
}
