/** Deepest nesting of brackets and signs. */
const MAX_DEPTH = 32;
/** Digits a double keeps of every fraction. */
const DIGITS = 15;

/** The text is no expression, or has no value that can be told exactly. */
class NoValue extends Error {
  override readonly name = 'NoValue';
}

/**
 * The value of an expression of numbers, `+ - * / ^` and brackets; powers bind first and to the right.
 *
 * @returns undefined when it is none, divides by zero, or is too large to be told to 15 digits
 */
export function evaluate(text: string): number | undefined {
  try {
    const reader = new Reader(text);
    const value = reader.sum(0);
    if (!reader.done) return undefined;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined;
    // A whole number this small is exact, with up to 16 digits.
    return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  } catch (cause) {
    if (cause instanceof NoValue) return undefined;
    throw cause;
  }
}

/** Reads an expression from left to right. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/\d+(?:\.\d+)?|\S/g) ?? [];
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  sum(depth: number): number {
    let value = this.#product(depth);
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-')) {
      const next = this.#product(depth);
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  }

  #product(depth: number): number {
    let value = this.#signed(depth);
    for (let sign = this.#take('*', '/'); sign !== undefined; sign = this.#take('*', '/')) {
      const next = this.#signed(depth);
      if (sign === '/' && next === 0) throw new NoValue();
      value = sign === '*' ? value * next : value / next;
    }
    return value;
  }

  #signed(depth: number): number {
    if (depth > MAX_DEPTH) throw new NoValue();
    if (this.#take('-') !== undefined) return -this.#signed(depth + 1);
    const base = this.#atom(depth);
    return this.#take('^') === undefined ? base : base ** this.#signed(depth + 1);
  }

  #atom(depth: number): number {
    if (this.#take('(') !== undefined) {
      const value = this.sum(depth + 1);
      if (this.#take(')') === undefined) throw new NoValue();
      return value;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined || !/^\d/.test(token)) throw new NoValue();
    this.#at++;
    return Number(token);
  }

  #take(...wanted: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at++;
    return token;
  }
}
