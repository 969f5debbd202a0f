// Fetches what an address outside names, and never anything inside: an admin of one clinic must not make our servers
// ask the machines around them. The provider checks the connected address once more, for names that change meanwhile.
// https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 sister, and multicast. */
const INSIDE: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
];
/** The only part of IPv6 that is routed in public, and what in it leads elsewhere. */
const ROUTED = new BlockList();
ROUTED.addSubnet('2000::', 3, 'ipv6');
const blocked = new BlockList();
for (const [net, bits, family] of INSIDE) blocked.addSubnet(net, bits, family);
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  blocked.addSubnet(net, bits, 'ipv6');

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !blocked.check(address, 'ipv4');
  return family === 6 && ROUTED.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/** Like fetch, for https addresses outside only, without redirects. @throws Error saying no more than that it was refused */
export async function publicFetch(url: string | URL | Request, options?: RequestInit): Promise<Response> {
  const { protocol, hostname, username } = new URL(url instanceof Request ? url.url : url);
  if (protocol !== 'https:' || username !== '') throw new Error('only https addresses are fetched');
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw new Error('the address is not a public one');
  return await fetch(url, { ...options, redirect: 'error' });
}
