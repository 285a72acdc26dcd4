import { hostname } from 'node:os';
import { contractHash, type Service } from '@seedcore/protocol';

/** Who one process is on the mesh; fixed for its lifetime. */
export type Identity = {
  readonly ns: string;
  readonly service: string;
  readonly version: string;
  readonly doc: string;
  readonly instance: string;
  /** Hash of the contract it serves. */
  readonly contract: string;
  /** RFC 3339. */
  readonly started: string;
  readonly node: string;
  readonly pid: number;
  readonly host: string;
};

/** The identity of this process as an instance of `contract`. */
export function identityOf(contract: Service, own: { ns: string; instance: string; startedWallMs: number }): Identity {
  return {
    ns: own.ns,
    service: contract.name,
    version: contract.version,
    doc: contract.doc,
    instance: own.instance,
    contract: contractHash(contract),
    started: new Date(own.startedWallMs).toISOString(),
    node: process.version,
    pid: process.pid,
    host: hostname(),
  };
}
