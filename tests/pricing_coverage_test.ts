/** Guards that the tests of the price case reach every line and every branch of lib/pricing. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The short forms reach all there is. */
async function deno(...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    env: { NO_COLOR: "1", MILEPOST_TEST_DEEP: "" },
  });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success, `deno ${args[0]}:\n${text.slice(-4000)}\n${new TextDecoder().decode(stderr)}`);
  return text;
}

/** What a report in the LCOV format says was never reached, as "file:line" with what it is. */
function unreached(lcov: string): string[] {
  let file = "";
  return lcov.split("\n").flatMap((row) => {
    const [kind, rest = ""] = row.split(/:(.*)/s);
    if (kind === "SF") file = rest.slice(rest.indexOf("lib/pricing"));
    const values = rest.split(",");
    if (kind === "DA" && Number(values[1]) === 0) return [`${file}:${values[0]}, line`];
    if (kind === "BRDA" && (values[3] === "0" || values[3] === "-")) return [`${file}:${values[0]}, branch`];
    return [];
  });
}

Deno.test("every line and branch of lib/pricing is reached by its tests", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const contracts = Array.from(Deno.readDirSync(`${root}/tests/contracts`), ({ name }) => name)
      .filter((name) => name.startsWith("price_case")).map((name) => `tests/contracts/${name}`);
    await deno("test", "-A", "--no-check", `--coverage=${folder}`, "lib/pricing", ...contracts);
    const lcov = await deno("coverage", "--lcov", "--include=/lib/pricing/", "--exclude=_test\\.ts$", folder);
    const files = lcov.match(/^SF:/gm)?.length ?? 0;
    assert.ok(files > 30, `only ${files} files were measured`);
    assert.deepEqual(unreached(lcov), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
