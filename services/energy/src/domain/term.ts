/** One term of the energy: known from a share of its inputs, or not known. */
export type Term =
  | { readonly known: true; readonly value: number; readonly coverage: number }
  | { readonly known: false };

/** Names of the terms, core ones first. */
export const termNames = ['pair', 'hyper', 'entropy', 'reg', 'mem', 'drift', 'anomaly'] as const;
/** Terms without which there is no total. */
export const coreTerms = ['pair', 'hyper', 'entropy', 'reg', 'mem'] as const;

/** Name of a term. */
export type TermName = (typeof termNames)[number];

/** The energy by term. */
export type Terms = Readonly<Record<TermName, Term>>;

/** A term nobody can tell. */
export const unknownTerm: Term = { known: false };

/** A term from `coverage` of its inputs: no input, no number. */
export function termFrom(value: number, coverage: number): Term {
  return coverage > 0 ? { known: true, value: value === 0 ? 0 : value, coverage } : unknownTerm;
}

/** A term for every name. */
export function termsFrom(make: (name: TermName) => Term): Terms {
  return {
    pair: make('pair'),
    hyper: make('hyper'),
    entropy: make('entropy'),
    reg: make('reg'),
    mem: make('mem'),
    drift: make('drift'),
    anomaly: make('anomaly'),
  };
}

/** Sum of the terms that are known. */
export function knownTotal(terms: Terms): number {
  return termNames.reduce((sum, name) => sum + knownValue(terms[name], 0), 0);
}

/** The sum of all terms known; undefined while a core term is unknown. */
export function totalOf(terms: Terms): number | undefined {
  return coreTerms.every((name) => terms[name].known) ? knownTotal(terms) : undefined;
}

/** The value of a term, or what stands in for an unknown one. */
export function knownValue<T>(term: Term, otherwise: T): number | T {
  return term.known ? term.value : otherwise;
}
