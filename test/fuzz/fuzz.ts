import { inspect } from 'node:util';
import { SeededRandom } from '@seedcore/protocol/testing';
import type { Subject, Verdict } from './subject.ts';

/** An input may cost so much CPU time, in ms. */
const HANG_MS = 50;
/** A slow one is timed again so often: what the collector or the compiler did meanwhile is not its fault. */
const AGAIN = 3;
const SHOWN_FAILURES = 5;
const SHOWN_CHARACTERS = 400;

/** What came of one subject's inputs. */
export type Fuzzed = {
  readonly name: string;
  readonly inputs: number;
  readonly taken: number;
  /** CPU time of the slowest input, in ms, where it was slow each time. */
  readonly slowestMs: number;
  readonly hangs: number;
  /** Crashes and unexplained acceptances; the first few with their input. */
  readonly failures: readonly string[];
};

/** Gives a subject so many inputs; equal seeds give equal inputs. */
export function fuzz(subject: Subject, runs: number, seed: number): Fuzzed {
  const random = new SeededRandom(seed).fork(subject.name);
  const failures: string[] = [];
  let [taken, hangs, slowestMs] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const input = subject.draw(random);
    const { verdict, ms } = given(subject, input);
    if (verdict instanceof Error) failures.push(failures.length < SHOWN_FAILURES ? shown(verdict, input, run) : '');
    if (verdict === 'taken') taken += 1;
    if (ms > HANG_MS) hangs += 1;
    slowestMs = Math.max(slowestMs, ms);
  }
  return { name: subject.name, inputs: runs, taken, slowestMs, hangs, failures };
}

function given(subject: Subject, input: unknown): { readonly verdict: Verdict | Error; readonly ms: number } {
  let { verdict, ms } = once(subject, input);
  for (let n = 0; n < AGAIN && ms > HANG_MS; n++) ms = Math.min(ms, once(subject, input).ms);
  return { verdict, ms };
}

/** CPU time of this thread: others on the machine are nobody's fault. */
function once(subject: Subject, input: unknown): { readonly verdict: Verdict | Error; readonly ms: number } {
  const before = process.threadCpuUsage();
  let verdict: Verdict | Error;
  try {
    verdict = subject.give(input);
  } catch (error) {
    verdict = error instanceof Error ? error : new Error(String(error));
  }
  const { user, system } = process.threadCpuUsage(before);
  return { verdict, ms: (user + system) / 1000 };
}

const shown = (error: Error, input: unknown, run: number): string =>
  `input ${run}: ${error.message}\n  ${inspect(input, { depth: 4, breakLength: Number.POSITIVE_INFINITY }).slice(0, SHOWN_CHARACTERS)}`;
