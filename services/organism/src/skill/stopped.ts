import type { StopKind } from '../domain/skill-end.ts';

/** The reason of a skill's signal: somebody decided that this run ends. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly kind: StopKind;
  /** Time to let go in ms, where it is not what the skill asked for. */
  readonly graceMs: number | undefined;

  constructor(kind: StopKind, graceMs?: number) {
    super(`stopped: ${kind}`);
    this.kind = kind;
    this.graceMs = graceMs;
  }
}
