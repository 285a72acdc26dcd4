/** Environment variables, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy the environment asks for when fetching `url`; `undefined` means a direct connection. */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = setting(env, scheme) ?? setting(env, 'all_proxy');
  if (!proxy || excluded(url, setting(env, 'no_proxy') ?? '')) return undefined;
  return new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
}

function setting(env: Environment, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

function excluded(url: URL, list: string): boolean {
  const entries = list.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== '' && (entry === '*' || matches(url, entry)));
}

function matches(url: URL, entry: string): boolean {
  const [, host = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const actualPort = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (port && port !== actualPort) return false;
  const name = host.replace(/^\*?\./, '');
  return url.hostname === name || url.hostname.endsWith(`.${name}`);
}
