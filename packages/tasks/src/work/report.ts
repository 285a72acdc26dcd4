/** Told about what went wrong where nobody waits for an answer. */
export type Report = (where: string, error: unknown) => void;
