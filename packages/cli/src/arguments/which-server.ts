/** Where a command finds the mesh, and who said so. */
export interface ServerChoice {
  readonly url: string;
  readonly from: string;
}

/** What may name a server. */
export interface ServerHints {
  /** `--server`. */
  readonly flag?: string | undefined;
  /** `NATS_URL`. */
  readonly env?: string | undefined;
  /** A mesh that `seedcore up` runs on this machine. */
  readonly running?: string | undefined;
}

/** Picks the server: the option, the environment, the mesh that runs here, the usual address. */
export function whichServer({ flag, env, running }: ServerHints): ServerChoice {
  if (flag) return { url: flag, from: '--server' };
  if (env) return { url: env, from: 'NATS_URL' };
  if (running) return { url: running, from: 'the mesh started here' };
  return { url: 'nats://127.0.0.1:4222', from: 'the usual address' };
}
