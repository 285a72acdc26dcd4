/** The addresses a running server listens on. */
export interface ServerAddresses {
  readonly url: string;
  readonly monitorUrl: string;
}

/** Reads the file nats-server writes into `ports_file_dir`; `undefined` while it is not written completely. */
export function parsePortsFile(text: string): ServerAddresses | undefined {
  const nats = /"nats":\s*\[\s*"nats:\/\/([^"]+)"/.exec(text)?.[1];
  const monitor = /"monitoring":\s*\[\s*"http:\/\/([^"]+)"/.exec(text)?.[1];
  return nats && monitor && text.trimEnd().endsWith('}')
    ? { url: `nats://${nats}`, monitorUrl: `http://${monitor}` }
    : undefined;
}

/** The port other members of a cluster reach a server at; `undefined` while it is not written. */
export function parseRoutePort(text: string): number | undefined {
  const port = /"cluster":\s*\[\s*"nats:\/\/[^"]*:(\d+)"/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}
