/** Which network addresses are servers on the public internet, by the registries of special-purpose addresses (RFC 6890, IANA). */
import { isIP, isIPv4 } from "node:net";

/**
 * IPv4 blocks that are not public: first address and prefix length. Among them this host, private, carrier-grade NAT, loopback,
 * link-local (where clouds answer with credentials), protocol assignments, documentation, 6to4 relays, benchmarks,
 * multicast, reserved and broadcast.
 */
const closedIpv4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** A cloud's own service at an address that is public by its form: Azure's host. */
const closedSingle: readonly string[] = ["168.63.129.16"];

/**
 * Of IPv6 only 2000::/3 is given out to the public. What carries an IPv4 address inside (mapped, translated by NAT64) is outside of it;
 * 6to4 and Teredo are inside, and so are protocol assignments and documentation: first 32 bits and prefix length.
 */
const closedIpv6: readonly [number, number][] = [
  [0x20010000, 23],
  [0x20010db8, 32],
  [0x20020000, 16],
  [0x3fff0000, 20],
];

/** Whether an IPv4 or IPv6 address (as text, without brackets or port) is one of the public internet; false for anything else. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  return isIPv4(address) ? isPublicIpv4(address) : isPublicIpv6(address);
}

function isPublicIpv4(address: string): boolean {
  const bits = ipv4Bits(address);
  if (closedSingle.includes(address)) return false;
  return !closedIpv4.some(([first, length]) => samePrefix(bits, ipv4Bits(first), length));
}

function isPublicIpv6(address: string): boolean {
  // a zone such as %eth0 is only for link-local addresses
  if (address.includes("%")) return false;
  const bits = firstIpv6Bits(address);
  return samePrefix(bits, 0x20000000, 3) &&
    !closedIpv6.some(([first, length]) => samePrefix(bits, first, length));
}

function samePrefix(one: number, other: number, length: number): boolean {
  return (one ^ other) >>> (32 - length) === 0;
}

function ipv4Bits(address: string): number {
  return address.split(".").reduce((bits, part) => (bits << 8 | Number(part)) >>> 0, 0);
}

/** The first 32 of 128 bits; "::" stands for zeros, and an address that begins with it is not public anyway. */
function firstIpv6Bits(address: string): number {
  const [before] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  const group = (index: number) => parseInt(groups[index] ?? "0", 16);
  return (group(0) << 16 | group(1)) >>> 0;
}
