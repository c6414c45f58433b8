/** Which addresses count as public, one of each special-purpose block and its neighbours. */
import assert from "node:assert/strict";
import { isPublicAddress } from "./public_address.ts";

const closed = [
  "0.0.0.0",
  "0.255.255.255",
  "10.0.0.1",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.170",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:8.8.8.8",
  "::ffff:7f00:1",
  "::8.8.8.8",
  "64:ff9b::808:808",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:1ff:ffff::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff:fff::1",
  "4000::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "2600::1%eth0",
  "fec0::1",
  "ff02::1",
];

const open = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2001:200::1",
  "2001:db9::1",
  "2003::1",
  "2606:4700:4700::1111",
  "2a00:1450:4001:81b::200e",
  "3ffe:ffff::1",
];

Deno.test("private, local, translated and reserved addresses are not public", () => {
  for (const address of closed) assert.equal(isPublicAddress(address), false, address);
});

Deno.test("their neighbours are public", () => {
  for (const address of open) assert.equal(isPublicAddress(address), true, address);
});

Deno.test("what is no address is not public", () => {
  for (const text of ["", "localhost", "1.1.1", "0x7f.1", "1.1.1.1:80", "[2606:4700::1]", "1.1.1.1 "]) {
    assert.equal(isPublicAddress(text), false, text);
  }
});
