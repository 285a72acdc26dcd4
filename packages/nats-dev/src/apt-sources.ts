/** A mirror this machine already trusts, with what is needed to ask it for another suite. */
export interface AptMirror {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly component: string;
  readonly keyring: string;
}

/** Debian's and Ubuntu's names for what is newer than the installed release, closest first, and where packages are. */
const distributions: Readonly<Record<string, Omit<AptMirror, 'uri'>>> = {
  debian: {
    suites: ['stable-backports', 'stable', 'testing', 'unstable'],
    component: 'main',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
  },
  ubuntu: { suites: ['devel'], component: 'universe', keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg' },
};

/**
 * The machine's own mirror and the suites to look in.
 *
 * @param osRelease text of `/etc/os-release`
 * @param updateUris output of `apt-get update --print-uris`
 */
export function aptMirror(osRelease: string, updateUris: string): AptMirror | undefined {
  const id = /^ID="?([a-z]+)"?$/m.exec(osRelease)?.[1] ?? '';
  const distribution = distributions[id];
  const bases = [...updateUris.matchAll(/'(\S+?)\/dists\/([^/']+)(?:\/updates)?\/InRelease'/g)];
  const uri = bases.find(([, base = '', suite = '']) => base.endsWith(`/${id}`) && !suite.includes('-'))?.[1];
  return distribution && uri ? { ...distribution, uri } : undefined;
}

/** The one line of a sources list that names one suite of a mirror. */
export function sourceLine(mirror: AptMirror, suite: string, keyring: string | undefined): string {
  const trust = keyring ? `[signed-by=${keyring}] ` : '';
  return `deb ${trust}${mirror.uri} ${suite} ${mirror.component}\n`;
}

/** The candidate version in the output of `apt-cache policy`. */
export function candidateOf(policy: string): string | undefined {
  const candidate = /^\s*Candidate:\s*(\S+)/m.exec(policy)?.[1];
  return candidate === '(none)' ? undefined : candidate;
}

/** Options that keep apt's state and cache inside `folder` and, with `sources`, make it read nothing else. */
export function privateApt(folder: string, sources?: string): string[] {
  return [
    `Dir::State=${folder}/state`,
    `Dir::State::Lists=${folder}/lists`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${folder}/cache`,
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=15',
    'Acquire::https::Timeout=15',
    'APT::Get::AllowUnauthenticated=false',
    'Acquire::AllowInsecureRepositories=false',
    'APT::Update::Error-Mode=any',
    ...(sources ? [`Dir::Etc::sourcelist=${sources}`, 'Dir::Etc::sourceparts=/dev/null'] : []),
  ].flatMap((option) => ['-o', option]);
}
