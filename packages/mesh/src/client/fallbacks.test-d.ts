import type { Mesh } from '../mesh.ts';
import { echo } from '../testing/echo-contract.ts';

/** Each line that must not compile carries the error it expects: tsc fails when the error is gone. */
export function fallbacks(mesh: Mesh): unknown[] {
  return [
    mesh.client(echo, { fallback: { say: { custom: ({ code }, { word }) => ({ word: `${word}${code}` }) } } }),
    // @ts-expect-error an endpoint the contract does not have
    mesh.client(echo, { fallback: { shout: { lastGood: true } } }),
    // @ts-expect-error a value the endpoint never has
    mesh.client(echo, { fallback: { say: { default: () => ({ words: 1 }) } } }),
    // @ts-expect-error a source nobody has heard of
    mesh.client(echo, { fallback: { say: { guess: () => ({ word: 'a' }) } } }),
  ];
}
