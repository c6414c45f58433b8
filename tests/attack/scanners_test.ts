/** wapiti and sqlmap, signed in, against every route of the real server: only in the long form, because they take an hour or more. */
import assert from "node:assert/strict";
import { isAccepted, modulesLeftOut } from "./accepted_findings.ts";
import { routeKeys, type ScannedApp, startScannedApp } from "./scanned_app.ts";
import { runSqlmap } from "./sqlmap.ts";
import { linkModules, runWapiti } from "./wapiti.ts";

const ignore = Deno.env.get("MILEPOST_TEST_ATTACK") !== "long";
const reached = new Set<string>();
const leastShare = 0.95;
/** Each module goes as far as it gets in this time, from the first address on. */
const moduleSeconds = 90;

/** A fresh business for each scan, because a scan ends, revokes and removes what it finds. */
async function scan(work: (app: ScannedApp) => Promise<void>): Promise<void> {
  const app = await startScannedApp(reached);
  try {
    await work(app);
    assert.deepEqual([...new Set(app.failures)], [], "the server answers nothing with an error of its own");
  } finally {
    await app.stop();
  }
}

for (const what of ["links", "forms"] as const) {
  Deno.test({ name: `wapiti finds nothing in the ${what} of any page`, ignore }, () =>
    scan(async (app) => {
      const { findings, output } = await runWapiti(app, what, moduleSeconds);
      const known = /Loading modules:\s+(.+)/.exec(output)![1].split(", ");
      assert.deepEqual(known.filter((name) => !linkModules.includes(name) && !(name in modulesLeftOut)), []);
      assert.deepEqual(findings.filter((finding) => !isAccepted(finding)), []);
    }));
}

Deno.test({
  name: "sqlmap finds nothing in any parameter of a filter, a form or the API, and tries each",
  ignore,
}, () =>
  scan(async (app) => {
    const { findings, parameters, tried } = await runSqlmap(app, 5_400);
    console.info(`sqlmap tried ${tried} of ${parameters} parameters.`);
    assert.deepEqual(findings, []);
    assert.ok(tried >= parameters, `${tried} of ${parameters} parameters were tried`);
  }));

Deno.test({ name: "the scanners were answered by at least 95 of 100 routes", ignore }, async () => {
  const keys = await routeKeys();
  const missed = keys.filter((key) => !reached.has(key));
  const share = 1 - missed.length / keys.length;
  console.info(
    `Scanners reached ${keys.length - missed.length} of ${keys.length} routes (${
      (share * 100).toFixed(1)
    } %).`,
  );
  console.info(`Not reached: ${missed.join(", ")}`);
  assert.ok(share >= leastShare, missed.join("\n"));
});
