/** What a guardian is told to run and to leave behind. */
export interface GuardianJob {
  readonly command: string;
  readonly args: readonly string[];
  /** Takes what the server writes to its outputs. */
  readonly outputFile: string;
  readonly recordFile: string;
  /** Generated configuration; its path identifies both processes. */
  readonly config: string;
  /** Run when the server is gone, for engines that keep something behind. */
  readonly afterwards?: readonly string[];
  /** Folder removed when the parent has died. */
  readonly removeFolder?: string;
}

/** What a guardian says, one JSON line each. */
export type GuardianNews =
  | { readonly event: 'started'; readonly pid: number }
  | { readonly event: 'refused'; readonly why: string }
  | { readonly event: 'ended'; readonly code: number | null; readonly signal: string | null };
