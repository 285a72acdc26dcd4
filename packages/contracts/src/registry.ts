import type { Service } from '@seedcore/protocol';
import { cognitive, coordinator, energy, ml, organism, state, worker } from './index.ts';

/** Contracts by the names their clients are documented under. */
export const serviceClients = { ml_service: ml, coordinator, state, energy, cognitive, organism } as const;

const all: readonly Service[] = [cognitive, coordinator, energy, ml, organism, state, worker];

/** Every contract there is, by service name. */
export const contracts: ReadonlyMap<string, Service> = new Map(all.map((contract) => [contract.name, contract]));
