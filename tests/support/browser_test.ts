/** Where the tests look for Chromium, and what they say when there is none. */
import assert from "node:assert/strict";
import { findChromium } from "./browser.ts";

const noFile = () => false;

Deno.test("chromium is taken from MILEPOST_CHROMIUM before anything else", () => {
  const read = (name: string) => name === "MILEPOST_CHROMIUM" ? "/opt/own/chromium" : "/usr/bin";
  assert.equal(findChromium(read, () => true), "/opt/own/chromium");
  assert.throws(
    () => findChromium(read, noFile),
    /MILEPOST_CHROMIUM is \/opt\/own\/chromium, and there is no such file/,
  );
});

Deno.test("chromium is found in any folder of the PATH", () => {
  const read = (name: string) => name === "PATH" ? "/bin:/snap/bin" : undefined;
  assert.equal(findChromium(read, (path) => path === "/snap/bin/google-chrome"), "/snap/bin/google-chrome");
});

Deno.test("without chromium the error says how to install it", () => {
  assert.throws(
    () => findChromium(() => undefined, noFile),
    /apt-get install -y chromium.*MILEPOST_CHROMIUM/,
  );
});
