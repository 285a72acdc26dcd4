import type { Validated } from '@seedcore/protocol';

/** One setting an operator may change while everything runs. */
export type Knob<T> = {
  readonly service: string;
  /** On the wire; absent for a knob of the whole service. */
  readonly endpoint?: string | undefined;
  readonly name: string;
  /** Checks a value, as `(value) => validate(schema, value)` does. */
  readonly read: (value: unknown) => Validated<T>;
};

/** First token of keys that hold for everybody. */
export const EVERYBODY = 'mesh';

/** The keys a knob is read from, the most specific first: its value is that of the first one that has a good one. */
export function keysOf({ service, endpoint, name }: Pick<Knob<unknown>, 'service' | 'endpoint' | 'name'>) {
  const wider = [`${service}.${name}`, `${EVERYBODY}.${name}`];
  return endpoint === undefined ? wider : [`${service}.${endpoint}.${name}`, ...wider];
}

/** A key taken apart; undefined when it has another form than `<service>[.<endpoint>].<knob>` or `mesh.<knob>`. */
export function partsOf(key: string): { service: string; endpoint: string | undefined; name: string } | undefined {
  const tokens = key.split('.');
  const [service, second, third] = tokens;
  if (service === undefined || second === undefined || tokens.length > 3) return undefined;
  if (third === undefined) return { service, endpoint: undefined, name: second };
  return service === EVERYBODY ? undefined : { service, endpoint: second, name: third };
}
