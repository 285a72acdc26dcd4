/** The same fields, absent where they may be undefined. */
export type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** The record without its undefined fields, which some codecs would send as something. */
export function present<T extends object>(record: T): Present<T> {
  // No type follows a filter over entries.
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>;
}
