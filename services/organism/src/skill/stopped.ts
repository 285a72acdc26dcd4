import type { StopKind } from '../domain/skill-end.ts';

/** The reason of a skill's signal: somebody decided that this run ends. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly kind: StopKind;

  constructor(kind: StopKind) {
    super(`stopped: ${kind}`);
    this.kind = kind;
  }
}
