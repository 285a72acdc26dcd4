/** Shares of explorer, specialist and observer; on the simplex once {@link simplexRow} has seen it. */
export type RoleRow = readonly [number, number, number];

/** One agent as the energy sees it; undefined = unknown. */
export type AgentState = {
  readonly id: string;
  /** Unit-free vector, of one length for all agents. */
  readonly h: readonly number[] | undefined;
  readonly p: RoleRow | undefined;
};

/** How well two agents work together: entry W[from][to] of the weight matrix, not 0. */
export type PairWeight = { readonly from: number; readonly to: number; readonly w: number };

/** Everything the energy is computed from; undefined = unknown. */
export type OrganismState = {
  readonly agents: readonly AgentState[];
  /** Entries of W that are not 0, by index of the agents; empty = nobody ever worked together. */
  readonly pairs: readonly PairWeight[] | undefined;
  /** Strengths in [0, 1] of patterns of collaboration; empty = there are none. */
  readonly patterns: readonly number[] | undefined;
  /** Share of bytes held only in compressed form, and bytes represented ÷ bytes kept. */
  readonly memory: { readonly pCompress: number; readonly rEffective: number } | undefined;
  /** Mean drift of the streams, in [0, 1]. */
  readonly drift: number | undefined;
  /** Share of streams with an anomaly, in [0, 1]. */
  readonly anomaly: number | undefined;
};
