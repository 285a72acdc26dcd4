import type { Clock, Random } from '@seedcore/protocol';
import type { Buffered } from './buffered.ts';
import type { SkillProgram } from './define-skill.ts';
import type { HostNote, HostRequest, RunOrder, SkillHost } from './skill-host.ts';

/** Where the code of a skill is found by its name; undefined when there is none here. */
export type Programs = (name: string) => Promise<SkillProgram | undefined>;

/** What a context stands on. */
export type ContextPorts = {
  readonly host: SkillHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Skills this one may call; left out, there are none. */
  readonly programs?: Programs;
};

/** A skill within a run: the one that was asked for, or one that it called. */
export type Frame = {
  readonly skill: SkillProgram;
  /** Names its steps; empty for the skill that was asked for. */
  readonly scope: string;
  readonly depth: number;
};

/** What all skills of one run share. */
export type SharedRun = {
  readonly order: RunOrder;
  readonly ports: ContextPorts;
  readonly deadlineAt: number;
  readonly ask: (request: HostRequest) => Promise<unknown>;
  readonly tell: (note: HostNote) => void;
  readonly buffered: Buffered;
  readonly degrade: (reason: string) => void;
};
