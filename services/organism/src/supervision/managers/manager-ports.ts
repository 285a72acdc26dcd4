import type { AttemptWarned, OrganPad, OutputWindow, Pulse, RunningLine, RunSegment } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Lease, Stop } from '@seedcore/store';
import type { PadScore } from '../../domain/pad/pad-limits.ts';
import type { RunEnding } from '../../domain/task-ending.ts';
import type { StopAgent } from '../stop-agent.ts';

/** What runs say, as everybody hears it, and as the broker remembers it for an hour. */
export interface Segments {
  /** Nobody waits for it, and without a connection nobody hears it. */
  tell(segment: RunSegment): void;
  follow(taskId: string, listener: (segment: RunSegment) => void): Stop;
  /** The newest hundred of a task, oldest first. */
  kept(taskId: string): Promise<readonly RunSegment[]>;
}

/** A window by both rules. */
export type Scored = { readonly v1: PadScore; readonly v2: PadScore };

/** Who scores what runs say. */
export interface Scores {
  /** One for each window; undefined when nobody can say, and then there is no sample. */
  of(windows: readonly OutputWindow[]): Promise<readonly Scored[] | undefined>;
}

/** A durable run, wherever it runs. */
export type WatchedRun = { readonly line: RunningLine; readonly ageMs: number };

/** What managers tell, and hear of runs and of each other. */
export interface ManagerWire {
  warned(event: AttemptWarned): void;
  pulse(pulse: Pulse): void;
  onPulse(listener: (pulse: Pulse) => void): void;
  onStarted(listener: (run: RunStarted) => void): void;
  onEnded(listener: (run: RunEnded) => void): void;
  onIntervened(listener: (agentId: string, kind: keyof Pulse['interventions']) => void): void;
}

/** A run of an agent begins. */
export type RunStarted = { readonly agentId: string; readonly taskId: string; readonly attempt: number };
/** It has ended. */
export type RunEnded = {
  readonly agentId: string;
  readonly taskId: string;
  readonly ending: RunEnding;
  readonly ms: number;
};

/** What is counted by whoever holds the manager. */
export type PadCounted = {
  sampled(verdict: string): void;
  /** The rule that does not act would have ended a run. */
  shadowKill(version: 1 | 2): void;
};

/** What a manager stands on. */
export type ManagerPorts = {
  readonly me: string;
  readonly clock: Clock;
  /** Every durable run there is, as far as it is known here. */
  readonly runs: () => readonly WatchedRun[];
  /** What a task is for, in words; empty when nobody said. */
  readonly goal: (taskId: string) => Promise<string>;
  /** Where a task stands; `unknown` without a record. */
  readonly taskState: (taskId: string) => Promise<string>;
  /** How the output of an organ is judged. */
  readonly pad: (organId: string) => OrganPad;
  /** True for an agent that could take work. */
  readonly agent: (agentId: string) => 'idle' | 'busy' | 'lost';
  readonly segments: Segments;
  readonly scores: Scores;
  readonly stopAgent: Pick<StopAgent, 'carryOut' | 'fence'>;
  readonly wire: Pick<ManagerWire, 'warned' | 'pulse'>;
  readonly counted: PadCounted;
  readonly warn: (message: string, cause: unknown) => void;
};

/** The right to be a manager. */
export type Tenure = Pick<Lease, 'epoch' | 'signal' | 'leftMs'>;
