import type { ManagerVerdict } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import type { PlannedManager } from '../../domain/manager-plan.ts';
import { outputWindow } from '../../domain/output-window.ts';
import type { PadFinding } from '../../domain/pad/judge-output.ts';
import type { Cut } from '../../domain/segment-window.ts';
import type { ManagerPorts, Tenure, WatchedRun } from './manager-ports.ts';
import { type BothJudged, WatchedOutput } from './watched-output.ts';

type Sample = { readonly output: WatchedOutput; readonly cut: Cut };

/**
 * Judges what the runs of at most ten agents say, for as long as it holds its lease.
 *
 * 1. It ends nothing when its lease is over, and nothing of which the newest list of a host does not tell.
 * 2. What it knows it has from lists, records and the stream of segments: whoever comes after it knows the same.
 */
export class Manager {
  readonly plan: PlannedManager;
  readonly tenure: Tenure;
  readonly #ports: ManagerPorts;
  readonly #outputs = new Map<string, WatchedOutput>();
  #scored = true;

  constructor(plan: PlannedManager, tenure: Tenure, ports: ManagerPorts) {
    this.plan = plan;
    this.tenure = tenure;
    this.#ports = ports;
  }

  /** False while nobody could score what runs said. */
  get scored(): boolean {
    return this.#scored;
  }

  /** Durable runs of its agents. */
  runs(): readonly WatchedRun[] {
    return this.#ports.runs().filter(({ line }) => this.plan.agents.includes(line.agent_id));
  }

  /** Looks once at everything that its runs have said since the last time. */
  async look(): Promise<void> {
    const runs = this.runs();
    this.#follow(runs);
    await Promise.all(runs.map((run) => this.#prepare(run)));
    const samples = runs.flatMap(({ line, ageMs }): Sample[] => {
      const output = this.#outputs.get(nameOf(line));
      if (output?.goal === undefined) return [];
      return output.due(ageMs).map((cut) => ({ output, cut }));
    });
    await this.#judge(samples);
    await this.#insist();
  }

  /** Hears of nothing any more. */
  stop(): void {
    for (const output of this.#outputs.values()) output.stop();
    this.#outputs.clear();
  }

  #follow(runs: readonly WatchedRun[]): void {
    const names = new Set(runs.map(({ line }) => nameOf(line)));
    for (const [name, output] of this.#outputs) {
      if (names.has(name)) continue;
      output.stop();
      this.#outputs.delete(name);
    }
    for (const { line } of runs)
      if (!this.#outputs.has(nameOf(line)))
        this.#outputs.set(nameOf(line), new WatchedOutput(line, this.#ports.segments));
  }

  /** The broker out of reach means no sample of this run this time. */
  async #prepare({ line }: WatchedRun): Promise<void> {
    const output = this.#outputs.get(nameOf(line));
    if (output === undefined) return;
    try {
      output.goal ??= await this.#ports.goal(line.task_id);
      await output.catchUp(line.segments);
    } catch (cause) {
      if (!(cause instanceof MeshError)) throw cause;
    }
  }

  async #judge(samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    const windows = samples.map(({ output, cut }) => outputWindow(output.goal ?? '', cut.segments, cut.ageMs));
    const scores = await this.#ports.scores.of(windows);
    this.#scored = scores !== undefined;
    const { plan, tenure } = this;
    const pad = this.#ports.pad(plan.organId);
    for (const [i, { output, cut }] of samples.entries()) {
      const scored = scores?.[i];
      if (scored === undefined || tenure.leftMs() === 0) continue;
      await this.#act(output, output.judge(cut, scored, pad), pad.version);
    }
  }

  async #act(output: WatchedOutput, { acting, shadow }: BothJudged, version: 1 | 2): Promise<void> {
    const { counted } = this.#ports;
    if (acting.verdict !== 'uncounted') counted.sampled(acting.verdict);
    if (shadow.finding?.act === 'kill') counted.shadowKill(version === 1 ? 2 : 1);
    const { finding } = acting;
    if (finding === undefined) return;
    const verdict = this.#verdict(output, finding, version);
    if (finding.act === 'warn') this.#warn(output, finding, verdict);
    else {
      output.sentenced(this.#ports.clock.now(), { verdict, reason: finding.diagnosis });
      await this.#ports.stopAgent.carryOut(wishOf(output, verdict, finding.diagnosis));
    }
  }

  #warn({ run }: WatchedOutput, { diagnosis: reason }: PadFinding, verdict: ManagerVerdict): void {
    const { attempt, organ_id, agent_id, skill, trace_id } = run;
    this.#ports.wire.warned({ ...verdict, attempt, organ_id, agent_id, skill, trace_id, reason });
  }

  #verdict({ run }: WatchedOutput, { score, evidence }: PadFinding, version: 1 | 2): ManagerVerdict {
    return {
      manager_id: this.plan.managerId,
      mgr_epoch: this.tenure.epoch,
      task_id: run.task_id,
      epoch: run.epoch,
      evidence: [...evidence],
      pad: { ...score, version },
    };
  }

  /** A host that does not carry out a verdict is not needed for it. */
  async #insist(): Promise<void> {
    const now = this.#ports.clock.now();
    for (const output of this.#outputs.values()) {
      const sentence = output.defied(now);
      if (sentence === undefined || this.tenure.leftMs() === 0) continue;
      await this.#ports.stopAgent.fence(wishOf(output, sentence.verdict, sentence.reason));
    }
  }
}

const nameOf = ({ task_id, epoch }: WatchedRun['line']): string => `${task_id}.${epoch}`;

/** The grace is the skill's own: a verdict names none. */
const wishOf = ({ run }: WatchedOutput, verdict: ManagerVerdict, reason: string) => ({
  request: `${verdict.manager_id.slice(0, 40)}-${verdict.epoch}`,
  agent_id: run.agent_id,
  reason,
  grace_ms: 0,
  respawn: true,
  verdict,
});
