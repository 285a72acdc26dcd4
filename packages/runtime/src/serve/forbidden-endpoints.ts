import type { MeshObserver } from '@seedcore/mesh';
import { MeshError, type Service, subjects, wireName } from '@seedcore/protocol';
import type { Log } from '../log/log.ts';

/** Endpoints the broker does not let this process listen to: the others are served, and health names these. */
export class ForbiddenEndpoints implements MeshObserver {
  readonly #names: ReadonlyMap<string, string>;
  readonly #log: Log;
  readonly #forbidden = new Set<string>();

  constructor(contract: Service, ns: string, log: Log) {
    const names = Object.keys(contract.endpoints).map(wireName);
    this.#names = new Map(names.map((name) => [subjects(ns).endpoint(contract.name, name), name]));
    this.#log = log;
  }

  /** Something failed where nobody waits for an answer. */
  defect(where: string, err: unknown): void {
    this.#log.error({ where, err }, 'something failed where nobody waits');
    const name = this.#names.get(where);
    if (name !== undefined && err instanceof MeshError && err.code === 'forbidden') this.#forbidden.add(name);
  }

  /** Why the service works less well than it should. */
  troubles(): readonly string[] {
    return [...this.#forbidden].map((name) => `the broker forbids to serve ${name}`);
  }
}
