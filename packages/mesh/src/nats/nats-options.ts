import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { type ConnectOptions, inboxOwner, serversOf } from '../connect/connect-options.ts';

/** Longest wait for one TCP and TLS handshake, in ms. */
const DIAL_MS = 5_000;
const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 100;
const PING_MS = 5_000;
const PINGS_OUT = 2;

/**
 * The library's options. Its defaults would give up after ten reconnects or two refusals, wait two seconds between them,
 * take four minutes to notice a dead peer, and build a stack trace per request.
 */
export function natsOptions(options: ConnectOptions): NodeConnectionOptions {
  const { user, pass, token, tls } = options;
  return {
    servers: [...serversOf(options)],
    name: nameOf(options),
    inboxPrefix: `_INBOX.${inboxOwner(options)}`,
    timeout: DIAL_MS,
    reconnect: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    reconnectJitterTLS: RECONNECT_JITTER_MS,
    pingInterval: PING_MS,
    maxPingOut: PINGS_OUT,
    noAsyncTraces: true,
    ...(user === undefined ? {} : { user }),
    ...(pass === undefined ? {} : { pass }),
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined || tls === false ? {} : { tls: tlsOf(tls) }),
  };
}

function nameOf({ name, service, instance }: ConnectOptions): string {
  return name ?? ([service, instance].filter((part) => part !== undefined).join('.') || 'seedcore');
}

function tlsOf(tls: Exclude<ConnectOptions['tls'], undefined | false>) {
  if (tls === true) return {};
  const { caFile, certFile, keyFile } = tls;
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}
