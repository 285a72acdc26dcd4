/** Which hosts may be asked. */
export type HostRule = (host: string) => boolean;

/** The name of a host as it is compared: lower case, encoded, no brackets, no dot at its end. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** One entry of a list of hosts in the form it is compared in: a host, or `*.` and a name that all hosts below it end in. */
export function hostPattern(text: string): string | undefined {
  const wild = text.startsWith('*.');
  const given = wild ? text.slice(2) : text;
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[\p{L}\p{N}.-]+)$/u.test(given)) return undefined;
  const url = URL.parse(`http://${given}/`);
  if (url === null) return undefined;
  return wild ? `*.${bareHost(url)}` : bareHost(url);
}

/** Lets through the hosts that are on a list, and nobody when it is empty. */
export function hostRule(patterns: readonly string[]): HostRule {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')));
  const suffixes = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  return (host) => exact.has(host) || suffixes.some((suffix) => host.length > suffix.length && host.endsWith(suffix));
}
