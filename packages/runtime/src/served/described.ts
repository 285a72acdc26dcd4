import { type Service, subjects, wireName } from '@seedcore/protocol';
import type { Described } from '../micro/control-replies.ts';

/** The endpoints of a contract as INFO lists them, before anybody serves them. */
export function describedEndpoints(contract: Service, ns: string): readonly Described[] {
  return Object.entries(contract.endpoints).map(([key, endpoint]) => ({
    name: wireName(key),
    subject: subjects(ns).endpoint(contract.name, wireName(key)),
    contract: endpoint,
  }));
}
