/** `value` to eight decimals, as answers carry it. */
export const rounded = (value: number): number => Math.round(value * 1e8) / 1e8;
