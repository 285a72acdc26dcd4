/** A number as people read it: three significant digits, no trailing zeros. */
export const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** `text` cut to `limit` characters, with an ellipsis where something is missing. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`;

/** `value` within [low, high]. */
export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** `value` to six decimals, as answers carry it: nobody reads 0.48000000000000004. */
export const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
