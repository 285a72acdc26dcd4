import type { ManagerVerdict, OrganPad, RunningLine, RunSegment } from '@seedcore/contracts';
import type { Stop } from '@seedcore/store';
import {
  type Judged,
  judgeOutput,
  type PadJudgement,
  type PadSample,
  unjudged,
  wouldCount,
} from '../../domain/pad/judge-output.ts';
import { type Cut, pastCuts, withSegments } from '../../domain/segment-window.ts';
import type { Scored, Segments } from './manager-ports.ts';

/** A verdict nobody has carried out for so long is carried out in the record, in ms: two lists of runs later. */
const CARRIED_OUT_MS = 5000;

/** What a sample came to by the rule that acts, and by the other one. */
export type BothJudged = { readonly acting: Judged; readonly shadow: Judged };

/** A verdict, and why. */
export type Sentence = { readonly verdict: ManagerVerdict; readonly reason: string };

/** What a manager knows of one run. */
export class WatchedOutput {
  readonly run: RunningLine;
  goal: string | undefined;
  readonly #segments: Segments;
  readonly #following: Stop;
  #said: readonly RunSegment[] = [];
  #acting: PadJudgement = unjudged;
  #shadow: PadJudgement = unjudged;
  #sampled = false;
  #sentence: (Sentence & { readonly at: number }) | undefined;

  constructor(run: RunningLine, segments: Segments) {
    this.run = run;
    this.#segments = segments;
    this.#following = segments.follow(run.task_id, (segment) => this.#hear([segment]));
  }

  /** Asks for what was said before, or was missed, when its host has told of more than was heard. */
  async catchUp(told: number): Promise<void> {
    if (told > (this.#said.at(-1)?.seq ?? 0)) this.#hear(await this.#segments.kept(this.run.task_id));
  }

  /** What is to be scored now: nothing while nothing new would count; when it is first looked at, also what was before. */
  due(ageMs: number): readonly Cut[] {
    const cuts = this.#sampled ? [{ segments: this.#said, ageMs }] : pastCuts(this.#said, ageMs);
    return cuts.filter((cut) => wouldCount(this.#acting, progressOf(cut)));
  }

  /** Takes the scores of a cut. */
  judge(cut: Cut, scored: Scored, { version, P: p, A: a, D: d }: OrganPad): BothJudged {
    const limits = { p, a, d };
    const [acting, other] = version === 1 ? [scored.v1, scored.v2] : [scored.v2, scored.v1];
    const sample = (score: PadSample['score']) => ({ ...progressOf(cut), score });
    const judged = {
      acting: judgeOutput(this.#acting, sample(acting), limits),
      shadow: judgeOutput(this.#shadow, sample(other), limits),
    };
    this.#acting = judged.acting.judgement;
    this.#shadow = judged.shadow.judgement;
    this.#sampled = true;
    return judged;
  }

  sentenced(at: number, sentence: Sentence): void {
    this.#sentence = { ...sentence, at };
  }

  /** The verdict that should have ended it, when it goes on all the same. */
  defied(now: number): Sentence | undefined {
    return this.#sentence !== undefined && now - this.#sentence.at >= CARRIED_OUT_MS ? this.#sentence : undefined;
  }

  stop(): void {
    this.#following.stop();
  }

  #hear(segments: readonly RunSegment[]): void {
    this.#said = withSegments(
      this.#said,
      segments.filter(({ epoch }) => epoch === this.run.epoch),
    );
  }
}

const progressOf = ({ segments, ageMs }: Cut) => ({ ageMs, segments: segments.at(-1)?.seq ?? 0 });
