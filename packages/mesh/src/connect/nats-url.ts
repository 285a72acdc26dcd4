import type { ConnectOptions } from './connect-options.ts';

/** The part of the options an environment variable can say. */
export type ServerOptions = Pick<ConnectOptions, 'servers' | 'serversFrom' | 'user' | 'pass' | 'token' | 'tls'>;

/**
 * Options out of `NATS_URL`: one or more URLs with commas between them, `nats://` or `tls://`, with `user:password@` or
 * `token@` before the host of the first one where the broker asks for it. Nothing when the variable is not set.
 *
 * @throws RangeError when a URL cannot be read; it shows no credentials
 */
export function natsFromEnv(env: Readonly<Record<string, string | undefined>>): ServerOptions {
  const text = env['NATS_URL']?.trim() ?? '';
  if (text === '') return {};
  const urls = text.split(',').map((part) => parse(part.trim()));
  const first = urls[0];
  return {
    servers: urls.map(({ protocol, host }) => `${protocol}//${host}`),
    serversFrom: 'NATS_URL',
    ...credentials(first),
    ...(first?.protocol === 'tls:' ? { tls: true } : {}),
  };
}

function parse(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `nats://${text}`);
  if (url !== null && url.hostname !== '' && ['nats:', 'tls:'].includes(url.protocol)) return url;
  throw new RangeError(`NATS_URL: "${text.replace(/\/\/.*@/, '//').slice(0, 100)}" is not nats://host:port`);
}

function credentials(url: URL | undefined): Pick<ServerOptions, 'user' | 'pass' | 'token'> {
  if (url === undefined || url.username === '') return {};
  const name = plain(url.username);
  return url.password === '' ? { token: name } : { user: name, pass: plain(url.password) };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new RangeError('NATS_URL: a % before the host must be written as %25, or begin an escape', { cause });
  }
}
