import { SeededRandom } from '@seedcore/protocol/testing';
import { Draw, spellOut } from './spell-out.ts';
import type { Spoken, Transcript } from './transcript.ts';
import { type Subject, tuningAsides, tuningDoubts, tuningFillers, tuningSubjects } from './tuning-texts.ts';

type Line = { readonly text: string; readonly came?: Spoken['came'] };

const HEALTHY = ['narrated', 'counted', 'troubled', 'waiting', 'hedging', 'terse'] as const;
const FAULTS = ['loop', 'aside', 'other_work', 'salad', 'filler', 'doubt'] as const;
const FAULT_OF = {
  loop: 'loop',
  aside: 'divergence',
  other_work: 'divergence',
  salad: 'divergence',
  filler: 'stall',
  doubt: 'uncertainty',
} as const;

/** Transcripts the weights were chosen on, never those they are measured on. */
export function tuningSet(seed: number, rounds = 2): readonly Transcript[] {
  const random = new SeededRandom(seed);
  return tuningSubjects.flatMap((subject, s) =>
    Array.from({ length: rounds }).flatMap((_, round) => [
      ...HEALTHY.map((kind) => {
        const draw = new Draw(random.fork(`${s}-${round}-${kind}`));
        return { ...about(subject, kind, s, round), said: spoken(healthyLines(subject, kind, draw, 30), draw) };
      }),
      ...FAULTS.map((kind) => faulty(subject, kind, s, round, new Draw(random.fork(`${s}-${round}-${kind}`)))),
    ]),
  );
}

const about = ({ language, goal }: Subject, kind: string, s: number, round: number) => ({
  name: `tuning-${s}-${round}-${kind}`,
  language,
  kind,
  goal,
});

function faulty(subject: Subject, kind: (typeof FAULTS)[number], s: number, round: number, draw: Draw): Transcript {
  const before = draw.chance(0.25)
    ? []
    : healthyLines(subject, draw.one(['narrated', 'troubled']), draw, draw.whole(6, 16));
  const said = spoken([...before, ...faultyLines(subject, kind, draw, before)], draw);
  const onsetMs = said[before.length]?.atMs ?? 0;
  return { ...about(subject, kind, s, round), fault: FAULT_OF[kind], onsetMs, said };
}

function spoken(lines: readonly Line[], draw: Draw): Spoken[] {
  const pace = draw.whole(1200, 2600);
  let atMs = 0;
  return lines.map(({ text, came = [] }) => {
    atMs += Math.round(pace * (0.6 + 0.8 * (draw.whole(0, 100) / 100)));
    return { atMs, text, came };
  });
}

function healthyLines(subject: Subject, kind: (typeof HEALTHY)[number], draw: Draw, length: number): Line[] {
  const n = draw.whole(length, 2 * length);
  const typed = draw.chance(0.5);
  const step = (i: number) => spellOut(subject.steps[i % subject.steps.length] ?? '', draw);
  const lines: Line[] = [];
  for (let i = 0; lines.length < length; i++) {
    const came: Spoken['came'] = typed ? ['progress'] : [];
    if (kind === 'counted') lines.push({ text: spellOut(subject.counted, draw, { i: i + 1, n }), came });
    else if (kind === 'terse') lines.push({ text: spellOut(draw.one(subject.terse), draw), came });
    else if (kind === 'hedging' && draw.chance(0.3))
      lines.push({ text: `${draw.one(tuningDoubts[subject.language])} ${step(i)}` });
    else lines.push({ text: step(i), came });
    if (kind === 'troubled' && draw.chance(0.25))
      for (let k = draw.whole(1, 3); k > 0; k--)
        lines.push({ text: spellOut(draw.one(subject.trouble), draw), came: [draw.one(['error', 'retry'] as const)] });
    if (kind === 'waiting' && draw.chance(0.25))
      for (let k = draw.whole(2, 4); k > 0; k--)
        lines.push({ text: subject.language === 'en' ? 'waiting for the lock' : 'жду блокировку' });
  }
  return lines.slice(0, length);
}

function faultyLines(subject: Subject, kind: (typeof FAULTS)[number], draw: Draw, before: readonly Line[]): Line[] {
  const { language } = subject;
  const many = Array.from({ length: 30 }, (_, i) => i);
  if (kind === 'loop') {
    const length = draw.whole(1, 4);
    const cycle =
      before.length > length && draw.chance(0.6)
        ? before.slice(-length)
        : draw
            .shuffled(subject.steps)
            .slice(0, length)
            .map((text) => ({ text: spellOut(text, draw) }));
    const counted = draw.chance(0.3);
    const typed = draw.chance(0.4);
    return many.map((i) => ({
      text: `${cycle[i % length]?.text ?? ''}${counted ? ` (${language === 'en' ? 'attempt' : 'попытка'} ${i + 1})` : ''}`,
      came: typed && i % length === 0 ? ['retry'] : [],
    }));
  }
  if (kind === 'aside') {
    const asides = draw.shuffled(tuningAsides[language]);
    return many.map((i) => ({ text: asides[i % asides.length] ?? '' }));
  }
  if (kind === 'other_work') {
    const other = draw.one(tuningSubjects.filter((one) => one !== subject && one.language === language));
    return many.map((i) => ({ text: spellOut(other.steps[i % other.steps.length] ?? '', draw) }));
  }
  if (kind === 'salad') {
    const words = tuningAsides[language].join(' ').split(' ');
    return many.map(() => ({ text: Array.from({ length: draw.whole(5, 10) }, () => draw.one(words)).join(' ') }));
  }
  if (kind === 'filler') {
    const pool = draw.shuffled(tuningFillers[language]).slice(0, draw.whole(3, 5));
    return many.map(() => ({ text: draw.one(pool) }));
  }
  return many.map((i) => ({
    text: `${draw.one(tuningDoubts[language])} ${spellOut(subject.steps[i % subject.steps.length] ?? '', draw)}`,
  }));
}
