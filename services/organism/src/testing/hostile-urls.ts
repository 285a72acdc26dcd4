/** A way to where nobody may go: an address, what its names resolve to, and where pages on the way send whoever asks. */
export type HostileUrl = {
  readonly url: string;
  /** Addresses of its host: the same each time, or another list at each look. */
  readonly resolves?: readonly string[] | readonly (readonly string[])[];
  /** Locations that one page after the other answers with; each page before the last is an innocent one. */
  readonly sends?: readonly string[];
};

/** Where names of the innocent lead. */
export const INNOCENT = '93.184.216.34';

const literals: readonly string[] = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://%31%32%37.0.0.1/',
  'http://１２７.０.０.１/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://172.16.254.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.170.2/v2/credentials',
  'http://100.100.100.200/latest/meta-data/',
  'http://192.0.0.192/opc/v2/instance/',
  'http://168.63.129.16/machine?comp=goalstate',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[fe80::1]/',
  'http://[ff02::1]/',
  'http://[2606:4700::5efe:7f00:1]/',
  'http:/\\127.0.0.1/',
  'http:\\\\169.254.169.254\\',
  '\thttp://127.0.0.1/',
];

const forms: readonly string[] = [
  'file:///etc/passwd',
  'ftp://example.org/',
  'gopher://127.0.0.1:6379/_INFO',
  'data:text/plain,secret',
  'http://user:word@example.org/',
  'http://example.org@127.0.0.1/',
  'http://example.org:22/',
  'http://example.org:6379/',
  'https://127.0.0.1:8443/',
  'http://[fe80::1%25eth0]/',
  'http://',
  `http://example.org/${'a'.repeat(2048)}`,
];

const resolved: readonly HostileUrl[] = [
  { url: 'http://localhost/', resolves: ['127.0.0.1'] },
  { url: 'http://metadata.google.internal/computeMetadata/v1/', resolves: ['169.254.169.254'] },
  { url: 'https://intranet.example.org/', resolves: ['10.1.2.3'] },
  { url: 'http://six.example.org/', resolves: ['fd12:3456::1'] },
  { url: 'http://mapped.example.org/', resolves: ['::ffff:10.0.0.1'] },
  { url: 'http://half.example.org/', resolves: [INNOCENT, '127.0.0.1'] },
  { url: 'http://other-half.example.org/', resolves: ['192.168.0.1', INNOCENT] },
  { url: 'http://EXAMPLE.org./', resolves: ['127.0.0.1'] },
  { url: 'http://127.0.0.1.nip.example.org/', resolves: ['127.0.0.1'] },
];

const redirected: readonly HostileUrl[] = [
  { url: 'http://innocent.example.org/', sends: ['http://127.0.0.1/'] },
  { url: 'https://innocent.example.org/', sends: ['http://169.254.169.254/latest/meta-data/'] },
  { url: 'http://innocent.example.org/', sends: ['//[::1]/'] },
  { url: 'http://innocent.example.org/', sends: ['/next', 'http://0x7f.1/'] },
  { url: 'http://innocent.example.org/', sends: ['http://innocent.example.org:8080/'] },
  { url: 'http://innocent.example.org/', sends: ['file:///etc/passwd'] },
  { url: 'http://innocent.example.org/', sends: ['http://a:b@innocent.example.org/'] },
  { url: 'http://innocent.example.org/', sends: ['http://', '/'] },
  { url: 'http://innocent.example.org/', sends: ['/1', '/2', '/3', '/4', '/5', 'http://127.0.0.1/'] },
  // The name turns to another address as soon as its first one was let through.
  { url: 'http://turning.example.org/', resolves: [[INNOCENT], ['127.0.0.1']], sends: ['/again'] },
  { url: 'http://turning.example.org/', resolves: [[INNOCENT], ['::1']], sends: ['https://turning.example.org/'] },
];

/** Ways to where nobody may go, each with another trick. */
export const hostileUrls: readonly HostileUrl[] = [
  ...[...literals, ...forms].map((url) => ({ url })),
  ...resolved,
  ...redirected,
];
