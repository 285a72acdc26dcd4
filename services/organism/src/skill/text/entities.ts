/** Most of each kind. */
const MOST_EACH = 1000;

/** What can be told by its form alone. */
export type Entities = {
  readonly emails: string[];
  readonly urls: string[];
  readonly dates: string[];
  readonly numbers: number[];
};

// Every repetition has a limit or ends at a character the next part cannot be: none of them backtracks far.
const URLS = /\bhttps?:\/\/[^\s<>"'`{}|\\^]{1,2000}/g;
const EMAILS = /(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g;
const DATES =
  /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)/g;
const NUMBERS = /(?<![\w.,-])-?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?(?![\w]|[.,]\d)/g;

/** Addresses, ISO 8601 dates and plain numbers of a text, each once, in order; `more` when there are others. */
export function entitiesOf(text: string): { readonly entities: Entities; readonly more: boolean } {
  const urls = distinct(text.match(URLS)?.map((url) => url.replace(/[.,;:!?)\]]{1,4}$/, '')));
  const withoutUrls = text.replace(URLS, ' ');
  const emails = distinct(withoutUrls.match(EMAILS));
  const withoutEmails = withoutUrls.replace(EMAILS, ' ');
  const dates = distinct(withoutEmails.match(DATES)?.filter(isDay));
  const numbers = distinct(withoutEmails.replace(DATES, ' ').match(NUMBERS)?.map(Number).filter(Number.isFinite));
  const all = { emails, urls, dates, numbers };
  return {
    entities: {
      emails: emails.slice(0, MOST_EACH),
      urls: urls.slice(0, MOST_EACH),
      dates: dates.slice(0, MOST_EACH),
      numbers: numbers.slice(0, MOST_EACH),
    },
    more: Object.values(all).some((list) => list.length > MOST_EACH),
  };
}

const distinct = <T>(list: readonly T[] | null | undefined): T[] => [...new Set(list)];

/** The 31st of February is no day. */
function isDay(date: string): boolean {
  const day = date.slice(0, 10);
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
