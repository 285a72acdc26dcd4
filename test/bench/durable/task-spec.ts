import { payloads } from '../rpc/payloads.ts';

/** What every contender is handed: one object of 300 bytes of JSON as params. */
export const taskSpec = { type: 'observe', params: { observation: payloads['300 B'] } } as const;
