/** Name, meaning and label names of one metric; labels come from closed sets, never an id or a text. */
export type MetricSpec<L extends string = string> = {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
};
