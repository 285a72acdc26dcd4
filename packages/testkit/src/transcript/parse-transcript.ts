/** Something happens at a time, and perhaps what it is answered with. */
export type EventStep = {
  readonly kind: 'event';
  /** Milliseconds from the start of the trace. */
  readonly at: number;
  readonly event: string;
  /** Undefined where the answer does not matter. */
  readonly answer: string | undefined;
};

/** What the state must be now. */
export type ExpectStep = { readonly kind: 'expect'; readonly state: string };

/** One step of a trace. */
export type Step = EventStep | ExpectStep;

/** Most steps of one trace, repetitions counted. */
const MAX_STEPS = 100_000;

/**
 * Reads a trace, one step per line; `#` starts a comment.
 *
 * - `at 400 hard`: the event `hard` happens at 400 ms; `at 0, 100, 200 hard`: three times; `at 5 hard ×4`: four at once
 * - `at 5399 ask -> refuse 1`: and it is answered with `refuse 1`
 * - `expect open until 5400`: what the machine shows of its state now
 *
 * @throws SyntaxError naming the line
 */
export function parseTranscript(text: string): readonly Step[] {
  const steps: Step[] = [];
  let now = 0;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = plain(raw.replace(/#.*$/, ''));
    if (line === '') continue;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') throw new SyntaxError(`line ${i + 1}: ${parsed}`);
    for (const step of parsed) {
      if (step.kind === 'event' && step.at < now)
        throw new SyntaxError(`line ${i + 1}: ${step.at} is earlier than ${now}; time does not run backwards`);
      if (step.kind === 'event') now = step.at;
      steps.push(step);
    }
    if (steps.length > MAX_STEPS) throw new SyntaxError(`line ${i + 1}: more than ${MAX_STEPS} steps`);
  }
  return steps;
}

/** One line as a person writes it, without what the eye does not see. */
export const plain = (line: string): string => line.trim().replaceAll(/\s+/g, ' ');

/** The steps of a line, or what is wrong with it. */
function parseLine(line: string): readonly Step[] | string {
  if (line.startsWith('expect ')) return [{ kind: 'expect', state: line.slice('expect '.length) }];
  const found = /^at ([\d.]+(?:, ?[\d.]+)*) (.+?)(?: ×(\d{1,6}))?(?: -> (.+))?$/.exec(line);
  const [, times = '', event = '', repeats = '1', answer] = found ?? [];
  if (!found) return `"${line}" is neither "at <ms> <event>" nor "expect <state>"`;
  const ats = times.split(',').map(Number);
  if (ats.some((at) => !Number.isFinite(at))) return `"${times}" are not times in ms`;
  if (ats.length * Number(repeats) > MAX_STEPS) return `more than ${MAX_STEPS} steps`;
  return ats.flatMap((at) => Array.from({ length: Number(repeats) }, () => ({ kind: 'event', at, event, answer })));
}
