import { SeededRandom } from '@seedcore/protocol/testing';
import { againPrefixes, dithering, emptyTalk, honestDoubts, rambles, stuckSteps } from './faults.ts';
import { secondWork, type Work } from './second-texts.ts';
import { Draw, spellOut } from './spell-out.ts';
import { thirdRambles, thirdWork } from './third-texts.ts';
import type { Spoken, Transcript } from './transcript.ts';

type Line = { readonly text: string; readonly came?: Spoken['came'] };
/** Work of one set, and what else people talk about there. */
type Book = {
  readonly works: readonly Work[];
  readonly rambles: Readonly<Record<Work['language'], readonly string[]>>;
};
/** Makes the lines of one run of some work. */
type Maker = (work: Work, draw: Draw, book: Book) => readonly Line[];

const secondBook: Book = { works: secondWork, rambles };
const thirdBook: Book = { works: thirdWork, rambles: thirdRambles };

/** Lines after a fault has begun, but for another job, which has its own: more than fit into the 30 s in which it is to be found. */
const FAULTY_LINES = 40;

const told: Maker = ({ told }, draw) => told.map((text) => ({ text: spellOut(text, draw) }));

/** What a program writes: the same for one thing after another. */
const items: Maker = ({ items }, draw) => {
  const n = draw.whole(12, 60);
  const typed = draw.chance(0.5);
  return Array.from({ length: draw.whole(10, 14) }, (_, i) => i + 1).flatMap((i) =>
    items.map((text, part) => ({
      text: spellOut(text, draw, { i, n }),
      came: typed && part === 0 ? (['progress'] as const) : [],
    })),
  );
};

/** Puts lines in after some of the others. */
const interrupted =
  (share: number, extra: Maker): Maker =>
  (work, draw, book) =>
    told(work, draw, book).flatMap((line) => (draw.chance(share) ? [line, ...extra(work, draw, book)] : [line]));

const mishaps: Maker = ({ mishaps }, draw) => {
  const typed = draw.chance(0.7);
  return Array.from({ length: draw.whole(1, 4) }, () => ({
    text: spellOut(draw.one(mishaps), draw),
    came: typed ? [draw.one(['error', 'retry'] as const)] : [],
  }));
};

const waits: Maker = ({ language }, draw) => {
  const text = language === 'en' ? 'Waiting for the other side to confirm' : 'Жду подтверждения с той стороны';
  return Array.from({ length: draw.whole(2, 4) }, () => ({ text }));
};

const machineLog: Maker = (_, draw) =>
  Array.from({ length: 30 }, () => ({
    text: spellOut(
      '{GET /v1/items/# 200 in # ms|stored record # in shard #|cache hit ratio 0.#|queue depth #, lag # ms|worker # picked up job #}',
      draw,
    ),
  }));

const doubting: Maker = (work, draw, book) =>
  told(work, draw, book).map(({ text }) => ({
    text: draw.chance(0.25)
      ? draw.one(honestDoubts[work.language]) + text.charAt(0).toLowerCase() + text.slice(1)
      : text,
  }));

const HEALTHY: Readonly<Record<string, Maker>> = {
  told: (work, draw, book) => [...told(work, draw, book), ...items(work, draw, book)],
  items,
  mishaps: interrupted(0.2, mishaps),
  waits: interrupted(0.2, waits),
  doubting,
  machine_log: machineLog,
  without_goal: told,
};

const often = (text: () => string, came?: () => Spoken['came']): readonly Line[] =>
  Array.from({ length: FAULTY_LINES }, () => ({ text: text(), came: came?.() ?? [] }));

const inTurn = (
  texts: readonly string[],
  write: (text: string, i: number) => string = (text) => text,
): readonly Line[] =>
  Array.from({ length: FAULTY_LINES }, (_, i) => ({ text: write(texts[i % texts.length] ?? '', i) }));

/** A step of the work itself, in the words of one moment. */
const oneStep: (work: Work, draw: Draw) => string = (work, draw) => spellOut(draw.one(work.told), draw);

const verbatim: Maker = (work, draw) => inTurn([oneStep(work, draw)]);
const cycle: Maker = ({ language }, draw) => inTurn(draw.shuffled(stuckSteps[language]).slice(0, draw.whole(2, 6)));
const again: Maker = (work, draw) => {
  const step = oneStep(work, draw);
  return often(() => `${draw.one(againPrefixes[work.language])} ${step}`);
};
const counting: Maker = (work, draw) => {
  const step = oneStep(work, draw);
  const typed = draw.chance(0.5);
  const written = work.language === 'en' ? ', attempt' : ', попытка';
  return inTurn([step], (text, i) => `${text}${written} ${i + 1} (${3 * i} s)`).map((line, i) =>
    typed ? { ...line, came: [i % 2 === 0 ? 'error' : 'retry'] as const } : line,
  );
};
const storm: Maker = ({ mishaps }, draw) =>
  often(
    () => spellOut(draw.one(mishaps), draw),
    () => [draw.one(['error', 'retry'] as const)],
  );
const ramble: Maker = ({ language }, draw, { rambles }) => inTurn(draw.shuffled(rambles[language]));
const gibberish: Maker = (_, draw) =>
  often(() =>
    Array.from({ length: draw.whole(4, 9) }, () =>
      Array.from({ length: draw.whole(3, 9) }, () => draw.one([...'abcdefghijklmnopqrstuvwxyz'])).join(''),
    ).join(' '),
  );
const otherWork: Maker = (work, draw, book) => {
  const other = draw.one(book.works.filter((one) => one !== work && one.language === work.language));
  return told(other, draw, book);
};
const drift: Maker = (work, draw, { rambles }) => {
  const away = draw.shuffled(rambles[work.language]);
  return Array.from({ length: FAULTY_LINES }, (_, i) => ({
    text: i > 0 && draw.chance(0.5 - 0.1 * i) ? oneStep(work, draw) : (away[i % away.length] ?? ''),
  }));
};
const empty: Maker = ({ language }, draw) => often(() => draw.one(emptyTalk[language]));
const dither: Maker = (work, draw) =>
  often(() => draw.one(dithering[work.language]).replace('@', oneStep(work, draw).replace(/\.$/u, '')));

const FAULTS: Readonly<Record<string, { readonly is: NonNullable<Transcript['fault']>; readonly lines: Maker }>> = {
  verbatim: { is: 'loop', lines: verbatim },
  cycle: { is: 'loop', lines: cycle },
  again: { is: 'loop', lines: again },
  counting: { is: 'loop', lines: counting },
  ramble: { is: 'divergence', lines: ramble },
  gibberish: { is: 'divergence', lines: gibberish },
  other_work: { is: 'divergence', lines: otherWork },
  drift: { is: 'divergence', lines: drift },
  storm: { is: 'stall', lines: storm },
  empty_talk: { is: 'stall', lines: empty },
  dithering: { is: 'uncertainty', lines: dither },
};

/** Transcripts PAD v2 was measured on first; it failed, and the weights were chosen anew on these and the tuning set. */
export const secondSet = (seed: number, rounds = 2): readonly Transcript[] => setOf(secondBook, seed, rounds);

/**
 * Transcripts PAD v2 is measured on: work and rambles were written after its weights had been chosen. Not new are what loops, doubts
 * and empty talk are made of, and the lines of a machine: the second set has the same.
 */
export const measuringSet = (seed: number, rounds = 2): readonly Transcript[] => setOf(thirdBook, seed, rounds);

/**
 * Labelled transcripts: of each work as many healthy ones of seven kinds and faulty ones of eleven as there are rounds. A fault
 * begins at once in a quarter of them, else after 4 to 12 lines of the work; a line comes every 0.5 to 4.5 s, 1.8 s in the middle.
 */
function setOf(book: Book, seed: number, rounds: number): readonly Transcript[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: rounds }).flatMap((_, round) =>
    book.works.flatMap((work, w) => transcriptsOf(work, `${seed}-${round}-${w}`, { book, random })),
  );
}

type Made = { readonly book: Book; readonly random: SeededRandom };

/** One transcript of each kind. */
function transcriptsOf(work: Work, name: string, { book, random }: Made): readonly Transcript[] {
  const { language } = work;
  const about = (kind: string) => ({
    name: `${name}-${kind}`,
    language,
    kind,
    goal: kind === 'without_goal' ? '' : work.goal,
  });
  const healthy = Object.entries(HEALTHY).map(([kind, lines]) => {
    const draw = new Draw(random.fork(`${name}-${kind}`));
    return { ...about(kind), said: spoken(lines(work, draw, book), draw) };
  });
  const faulty = Object.entries(FAULTS).map(([kind, fault]) => {
    const draw = new Draw(random.fork(`${name}-${kind}`));
    const before = draw.chance(0.25) ? [] : told(work, draw, book).slice(0, draw.whole(4, 12));
    const said = spoken([...before, ...fault.lines(work, draw, book)], draw);
    return { ...about(kind), fault: fault.is, onsetMs: said[before.length]?.atMs ?? 0, said };
  });
  return [...healthy, ...faulty];
}

/** When each line comes: a pace of the whole run, and each line sooner or later than that. */
function spoken(lines: readonly Line[], draw: Draw): Spoken[] {
  const pace = draw.whole(900, 2800);
  let atMs = 0;
  return lines.map(({ text, came = [] }) => {
    atMs += Math.round((pace * draw.whole(50, 160)) / 100);
    return { atMs, text, came };
  });
}
