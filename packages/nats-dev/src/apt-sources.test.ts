import { expect, test } from 'vitest';
import { aptMirror, candidateOf, privateApt, sourceLine } from './apt-sources.ts';

const uris = `'http://deb.example.net/debian-security/dists/bookworm-security/InRelease' a 0
'https://packages.example.com/apt/dists/cloud-bookworm/InRelease' b 0
'http://deb.example.net/debian/dists/bookworm-updates/InRelease' c 0
'http://deb.example.net/debian/dists/bookworm/InRelease' d 0
`;
const osRelease = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n';

test('the main mirror is told from security and vendor repositories', () => {
  expect(aptMirror(osRelease, uris)).toMatchObject({ uri: 'http://deb.example.net/debian', component: 'main' });
});

test('Ubuntu has its own suites', () => {
  const mirror = aptMirror('ID=ubuntu\n', "'http://archive.ubuntu.com/ubuntu/dists/noble/InRelease' x 0");
  expect(mirror).toMatchObject({ uri: 'http://archive.ubuntu.com/ubuntu', suites: ['devel'], component: 'universe' });
});

test('another distribution has no mirror we know', () => {
  expect(aptMirror('ID=kali\n', uris)).toBeUndefined();
});

test('a source line names the keyring it is trusted by', () => {
  const mirror = { uri: 'http://m/debian', suites: [], component: 'main', keyring: '/k.gpg' };
  expect(sourceLine(mirror, 'testing', '/k.gpg')).toBe('deb [signed-by=/k.gpg] http://m/debian testing main\n');
  expect(sourceLine(mirror, 'testing', undefined)).toBe('deb http://m/debian testing main\n');
});

test('the candidate is read, and (none) is none', () => {
  expect(candidateOf('nats-server:\n  Installed: (none)\n  Candidate: 2.15.1-1\n')).toBe('2.15.1-1');
  expect(candidateOf('nats-server:\n  Candidate: (none)\n')).toBeUndefined();
  expect(candidateOf('')).toBeUndefined();
});

test('apt is never told to trust what is not signed, and touches only its own folders', () => {
  const options = privateApt('/f', '/f/sources.list');
  expect(options).toContain('APT::Get::AllowUnauthenticated=false');
  expect(options).toContain('Acquire::AllowInsecureRepositories=false');
  expect(options).toContain('Dir::State=/f/state');
  expect(options).toContain('Dir::Etc::sourceparts=/dev/null');
});
