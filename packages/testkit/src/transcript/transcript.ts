import { VirtualClock } from '@seedcore/protocol/testing';
import { type EventStep, parseTranscript, plain, type Step } from './parse-transcript.ts';

/** What a trace is replayed against: a machine, in the words of the trace. */
export interface TraceMachine {
  /** Takes one event at `now`, in ms from the start, and says what it decides, where it decides something. */
  take(event: string, now: number): string | undefined;
  /** Its state in words. */
  show(now: number): string;
}

/** A trace that can be replayed. */
export interface Transcript {
  readonly steps: readonly Step[];
  /**
   * Replays the trace against a fresh machine, moving a fresh clock from event to event; timers due meanwhile fire.
   *
   * @throws Error whose message is the trace with every line that differs, `-` as written and `+` as it was
   */
  replay(open: (clock: VirtualClock) => TraceMachine): Promise<void>;
}

/**
 * A trace as people write it; the grammar is at `parseTranscript`.
 *
 * @throws SyntaxError naming the line that cannot be read
 */
export function transcript(text: string): Transcript {
  const steps = parseTranscript(text);
  return {
    steps,
    replay: async (open) => {
      const clock = new VirtualClock();
      const machine = open(clock);
      const lines: Line[] = [];
      for (const step of steps) lines.push(await lineOf(step, machine, clock));
      if (lines.some(({ written, was }) => written !== was)) throw new Error(`the trace differs:\n${diff(lines)}`);
    },
  };
}

/** One step as it was written and as it happened. */
type Line = { readonly written: string; readonly was: string };

async function lineOf(step: Step, machine: TraceMachine, clock: VirtualClock): Promise<Line> {
  if (step.kind === 'expect')
    return { written: `expect ${step.state}`, was: `expect ${plain(machine.show(clock.now()))}` };
  await clock.advance(step.at - clock.now());
  const answer = machine.take(step.event, clock.now());
  await clock.advance(0);
  const told = step.answer === undefined ? undefined : plain(answer ?? 'nothing');
  return { written: lineText(step, step.answer), was: lineText(step, told) };
}

function lineText({ at, event }: EventStep, answer: string | undefined): string {
  return answer === undefined ? `at ${at} ${event}` : `at ${at} ${event} -> ${answer}`;
}

function diff(lines: readonly Line[]): string {
  return lines
    .flatMap(({ written, was }) => (written === was ? [`  ${written}`] : [`- ${written}`, `+ ${was}`]))
    .join('\n');
}
