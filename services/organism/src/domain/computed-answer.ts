import { evaluate } from './arithmetic.ts';

const DAY_MS = 86_400_000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY = String.raw`(\d{4}-\d{2}-\d{2}|today|tomorrow|yesterday|now)`;

const ASKING =
  /^(?:please |can you |could you |tell me )*(?:what(?:'s| is| was| will be)?|how much is|calculate|compute|evaluate) /;
const TIME = /^(?:the )?(?:current )?(?:time|time is it)(?: now| right now| in utc| utc)*$/;
const TODAY = /^(?:the )?(?:current )?(?:date|day)(?: is it)?(?: is)?(?: (today|tomorrow|yesterday|now))?$/;
const WEEKDAY = new RegExp(`^(?:the )?(?:week)?day(?: of the week)? (?:is|was|will be|of|on) ${DAY}$`);
const BETWEEN = new RegExp(`^how many days (?:are |lie )?(?:between|from) ${DAY} (?:and|to|until) ${DAY}$`);
const LATER = new RegExp(`^(?:the )?(?:date |day )?(?:is )?(\\d{1,6}) (day|week)s? (after|before|from) ${DAY}$`);
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b/g, '+'],
  [/\bminus\b/g, '-'],
  [/\b(?:times|multiplied by)\b|[×·]/g, '*'],
  [/\bdivided by\b|÷/g, '/'],
  [/\bto the power of\b|\*\*/g, '^'],
];

/**
 * The answer to a question about time, dates or arithmetic, in English; times are UTC.
 *
 * @param nowMs milliseconds since 1970
 * @returns undefined when it is another question, or one without an answer
 */
export function computedAnswer(question: string, nowMs: number): string | undefined {
  const asked = question
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[\s?.!=]+$/, '')
    .trim();
  const about = asked.replace(ASKING, '');
  if (TIME.test(about)) return new Date(nowMs).toISOString();
  return ofDates(asked, about, nowMs) ?? ofNumbers(about);
}

function ofDates(asked: string, about: string, nowMs: number): string | undefined {
  const today = TODAY.exec(about);
  if (today !== null) return dayText(dayOf(today[1] ?? 'today', nowMs));
  const weekday = WEEKDAY.exec(about)?.[1];
  if (weekday !== undefined) return weekdayOf(dayOf(weekday, nowMs));
  const [, from, to] = BETWEEN.exec(asked) ?? [];
  if (from !== undefined && to !== undefined) return difference(dayOf(from, nowMs), dayOf(to, nowMs));
  const [, count, unit, way, start] = LATER.exec(about) ?? [];
  if (count === undefined || start === undefined) return undefined;
  const days = Number(count) * (unit === 'week' ? 7 : 1);
  const day = dayOf(start, nowMs);
  return day === undefined ? undefined : dayText(way === 'before' ? day - days : day + days);
}

function ofNumbers(about: string): string | undefined {
  const text = WORDS.reduce((now, [word, sign]) => now.replace(word, sign), about);
  if (!/^[\d\s().+*/^-]+$/.test(text) || !/\d\s*[)]*\s*[+*/^-]/.test(text)) return undefined;
  const value = evaluate(text);
  return value === undefined ? undefined : String(value);
}

/** Days since 1970; undefined for a date that is none. */
function dayOf(text: string, nowMs: number): number | undefined {
  const today = Math.floor(nowMs / DAY_MS);
  if (text === 'today' || text === 'now') return today;
  if (text === 'tomorrow') return today + 1;
  if (text === 'yesterday') return today - 1;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) return undefined;
  return ms / DAY_MS;
}

function dayText(day: number | undefined): string | undefined {
  if (day === undefined) return undefined;
  const text = new Date(day * DAY_MS).toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 10) : undefined;
}

/** The first of January 1970 was a Thursday. */
const weekdayOf = (day: number | undefined): string | undefined =>
  day === undefined ? undefined : WEEKDAYS[(((day + 4) % 7) + 7) % 7];

const difference = (from: number | undefined, to: number | undefined): string | undefined =>
  from === undefined || to === undefined ? undefined : String(Math.abs(to - from));
