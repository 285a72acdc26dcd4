import { BlockList, isIP } from 'node:net';

/** Why an address is not one of the public internet, in a word or two. */
type Kind = string;

/**
 * IPv4 that is no global unicast, and what it is.
 *
 * @source IANA IPv4 Special-Purpose Address Registry (RFC 6890 and its updates); the last one is a host of a cloud that
 * answers its own guests only and gives them secrets
 */
const V4: readonly (readonly [Kind, string, number])[] = [
  ['this network', '0.0.0.0', 8],
  ['private', '10.0.0.0', 8],
  ['shared', '100.64.0.0', 10],
  ['loopback', '127.0.0.0', 8],
  ['link-local', '169.254.0.0', 16],
  ['private', '172.16.0.0', 12],
  ['protocol assignment', '192.0.0.0', 24],
  ['documentation', '192.0.2.0', 24],
  ['AS112', '192.31.196.0', 24],
  ['tunnel relay', '192.52.193.0', 24],
  ['tunnel relay', '192.88.99.0', 24],
  ['private', '192.168.0.0', 16],
  ['AS112', '192.175.48.0', 24],
  ['benchmarking', '198.18.0.0', 15],
  ['documentation', '198.51.100.0', 24],
  ['documentation', '203.0.113.0', 24],
  ['multicast', '224.0.0.0', 4],
  ['reserved', '240.0.0.0', 4],
  ['metadata', '168.63.129.16', 32],
];

/**
 * IPv6 within 2000::/3 that is no global unicast; all that lies outside of it is none either: loopback, mapped and
 * translated IPv4, unique local (also where clouds keep metadata), link-local, multicast.
 *
 * @source IANA IPv6 Special-Purpose Address Registry
 */
const V6: readonly (readonly [Kind, string, number])[] = [
  ['protocol assignment', '2001::', 23], // Teredo, ORCHID, benchmarking and port control among them
  ['documentation', '2001:db8::', 32],
  ['6to4 tunnel', '2002::', 16],
  ['AS112', '2620:4f:8000::', 48],
  ['documentation', '3fff::', 20],
];

const special4 = V4.map(([kind, net, bits]) => ({ kind, list: listOf(net, bits, 'ipv4') }));
const special6 = V6.map(([kind, net, bits]) => ({ kind, list: listOf(net, bits, 'ipv6') }));
const global6 = listOf('2000::', 3, 'ipv6');

function listOf(net: string, bits: number, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  list.addSubnet(net, bits, family);
  return list;
}

/** Why nobody may connect to an address; undefined for a global unicast one. */
export function addressProblem(address: string): Kind | undefined {
  const family = isIP(address);
  if (family === 4) return special4.find(({ list }) => list.check(address, 'ipv4'))?.kind;
  if (family !== 6) return 'no address';
  if (address.includes('%')) return 'bound to an interface';
  if (!global6.check(address, 'ipv6')) return 'not global unicast';
  return (
    special6.find(({ list }) => list.check(address, 'ipv6'))?.kind ?? (isIsatap(address) ? 'ISATAP tunnel' : undefined)
  );
}

/** ISATAP hides an IPv4 address behind any prefix: its interface part begins with 0:5efe or 200:5efe (RFC 5214, 6.1). */
function isIsatap(address: string): boolean {
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after];
  return groups[5] === '5efe' && (groups[4] === '0' || groups[4] === '200');
}
