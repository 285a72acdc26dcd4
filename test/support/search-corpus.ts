/** A text with a name. */
export type CorpusText = { readonly id: string; readonly text: string };

/** A question, why it is hard, and the texts that answer it. */
export type CorpusQuery = {
  readonly kind: 'rare' | 'misspelt' | 'paraphrase' | 'wordy';
  readonly text: string;
  readonly answers: readonly string[];
};

/** How many troubles are asked for; each has three texts that report it and seven that nearly do. */
const TROUBLES = 100;

const MACHINES = 'pump compressor conveyor turbine mixer crane furnace boiler chiller centrifuge extruder dryer'.split(
  ' ',
);
const PARTS = 'bearing gearbox coupling filter impeller sensor belt motor cylinder gasket nozzle brake'.split(' ');
/** A trouble as a verb, as a noun, as it is found, and in words that have nothing in common with these. */
const FAULTS = [
  ['vibrates', 'vibration', 'vibrating', 'shaking'],
  ['leaks', 'leakage', 'leaking', 'dripping'],
  ['overheats', 'overheating', 'overheated', 'scorching'],
  ['corrodes', 'corrosion', 'corroded', 'rusty'],
  ['cracks', 'cracking', 'cracked', 'split'],
  ['jams', 'jamming', 'jammed', 'stuck'],
  ['slips', 'slippage', 'slipping', 'sliding'],
  ['clogs', 'clogging', 'clogged', 'blocked'],
  ['loosens', 'loosening', 'loosened', 'wobbly'],
  ['squeals', 'squealing', 'squealed', 'noisy'],
] as const;
const PLACES = ['north hall', 'loading dock', 'paint shop', 'old foundry', 'tank farm', 'packing line', 'east wing'];
const REMARKS = [
  'The crew was told to keep an eye on it',
  'Spare parts are on order and expected next week',
  'Nobody was hurt and the line went on at half speed',
  'A photograph is in the folder of the morning meeting',
  'The supplier has been asked for advice and has not answered',
  'It had been serviced in spring according to the log',
  'Production was moved to another line for the afternoon',
];

type Fault = (typeof FAULTS)[number];
type Trouble = {
  readonly machine: string;
  readonly part: string;
  readonly fault: Fault;
  readonly place: string;
  readonly code: string;
};

/** Picks, all from one seed: a linear congruential generator (Numerical Recipes, §7.1). */
class Picks {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * n);
  }

  of<T>(all: readonly T[]): T {
    const picked = all[this.below(all.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  /** One of `all` that is not `other`. */
  not<T>(all: readonly T[], other: T): T {
    return this.of(all.filter((one) => one !== other));
  }
}

const nameOf = ({ machine, part, fault }: Trouble): string => [machine, part, fault[0]].join(' ');

/** Two letters and four digits, so rare that nothing else has it. */
const codeBy = (picks: Picks): string =>
  `${picks.of([...'bcdfgk'])}${picks.of([...'mnprtx'])}${String(picks.below(10_000)).padStart(4, '0')}`;

/** A report in one of three voices. */
function report({ machine, part, fault, place, code }: Trouble, voice: number, picks: Picks): string {
  const [verb, noun, found] = fault;
  const remark = picks.of(REMARKS);
  if (voice === 0)
    return `The ${part} of the ${machine} ${verb} since the last shift, says the ${place}. ${remark}. Case ${code}.`;
  if (voice === 1)
    return `Inspection at the ${place}: ${noun} on a ${part}. ${remark}. Concerns the ${machine}, case ${code}.`;
  return `${remark}. ${place}, ${code}: ${machine} stopped with ${found} ${part}s.`;
}

/** A word as it comes out of hurried fingers: two letters swapped, one lost, or one doubled. */
function misspell(word: string, picks: Picks): string {
  const at = 1 + picks.below(word.length - 2);
  const [before, here, next, after] = [word.slice(0, at), word[at] ?? '', word[at + 1] ?? '', word.slice(at + 2)];
  return before + picks.of([next + here + after, next + after, here + here + next + after]);
}

/** What is asked of a trouble, in one of four ways. */
function question(trouble: Trouble, kind: CorpusQuery['kind'], picks: Picks): string {
  const { machine, part, fault, place, code } = trouble;
  const [, noun, found, other] = fault;
  if (kind === 'rare') return `${code} ${machine} case report`;
  if (kind === 'misspelt') return [machine, part, noun].map((word) => misspell(word, picks)).join(' ');
  if (kind === 'paraphrase') return `${found} or ${other} ${part}s, several ${machine}s`;
  return `what do we know about the trouble with the ${part} of the ${machine} at the ${place}, was it ${noun}`;
}

/** Seven that share two of machine, part and fault with a trouble, or nearly its code, and are another one. */
function neighbours(of: Trouble, picks: Picks): Trouble[] {
  const place = () => picks.of(PLACES);
  const others = [0, 1].flatMap(() => [
    { ...of, machine: picks.not(MACHINES, of.machine), place: place(), code: codeBy(picks) },
    { ...of, part: picks.not(PARTS, of.part), place: place(), code: codeBy(picks) },
    { ...of, fault: picks.not(FAULTS, of.fault), place: place(), code: codeBy(picks) },
  ]);
  const swapped = of.code.slice(0, 4) + of.code.slice(4).split('').reverse().join('');
  return [
    ...others,
    { ...of, part: picks.not(PARTS, of.part), fault: picks.not(FAULTS, of.fault), code: `${swapped}7` },
  ];
}

/**
 * Texts about troubles with machines, and questions whose answers are known because both were made together: a quarter each
 * asks by a code that occurs nowhere else, with every word misspelt, with other forms of the words and a synonym, and with
 * the words lost in a long sentence. Nearly right texts are more than right ones.
 */
export function searchCorpus(seed: number): {
  readonly texts: readonly CorpusText[];
  readonly queries: readonly CorpusQuery[];
} {
  const picks = new Picks(seed);
  const asked = new Map<string, Trouble>();
  while (asked.size < TROUBLES) {
    const fresh = {
      machine: picks.of(MACHINES),
      part: picks.of(PARTS),
      fault: picks.of(FAULTS),
      place: picks.of(PLACES),
      code: codeBy(picks),
    };
    asked.set(nameOf(fresh), fresh);
  }
  const texts: CorpusText[] = [];
  const queries: CorpusQuery[] = [];
  const kinds = ['rare', 'misspelt', 'paraphrase', 'wordy'] as const;
  for (const [i, trouble] of [...asked.values()].entries()) {
    const answers = [0, 1, 2].map((voice) => ({ id: `a${i}-${voice}`, text: report(trouble, voice, picks) }));
    texts.push(...answers);
    for (const [n, near] of others(trouble, asked, picks).entries())
      texts.push({ id: `n${i}-${n}`, text: report(near, picks.below(3), picks) });
    const kind = kinds[i % kinds.length] ?? 'rare';
    queries.push({ kind, text: question(trouble, kind, picks), answers: answers.map(({ id }) => id) });
  }
  return { texts, queries };
}

/** Neighbours of a trouble, none of which is itself asked for. */
function others(trouble: Trouble, asked: ReadonlyMap<string, Trouble>, picks: Picks): Trouble[] {
  for (;;) {
    const all = neighbours(trouble, picks);
    if (!all.some((near) => asked.has(nameOf(near)))) return all;
  }
}

/**
 * Normalised discounted cumulative gain of the first ten, each answer being worth 1, in [0, 1].
 *
 * @source Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with log2
 */
export function ndcg10(found: readonly string[], answers: readonly string[]): number {
  const gain = (ids: readonly string[]) =>
    ids.slice(0, 10).reduce((sum, id, i) => sum + (answers.includes(id) ? 1 / Math.log2(i + 2) : 0), 0);
  return gain(found) / gain(answers);
}
