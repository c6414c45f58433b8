/** Runs the tests and ends with one line `N passed, N failed`; `access`, `deep` and `faults` choose the long forms. */
import { fileURLToPath } from "node:url";
import { ensureChromium } from "./chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The long forms are the same tests told to go further; plain `test` runs the short form of each. */
const forms: Record<string, { paths: string[]; environment: Record<string, string> }> = {
  all: { paths: ["."], environment: {} },
  access: { paths: ["tests/access"], environment: { MILEPOST_TEST_ACCESS: "all" } },
  deep: { paths: ["lib", "tests/contracts", "tests/scenarios"], environment: { MILEPOST_TEST_DEEP: "1" } },
  faults: { paths: ["tests/faults"], environment: { MILEPOST_TEST_FAULTS: "long" } },
};

export interface TestOutcome {
  passed: number;
  failed: number;
}

/** Reads Deno's own closing line, for example `ok | 12 passed (3 steps) | 1 failed (2s)`. */
export function readOutcome(output: string): TestOutcome | undefined {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const closing = [...plain.matchAll(/\| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/g)].at(-1);
  return closing ? { passed: Number(closing[1]), failed: Number(closing[2]) } : undefined;
}

/** Runs `deno test` and passes its output on; a run that ends without its closing line counts as one failure. */
async function runTests(paths: string[], environment: Record<string, string>): Promise<TestOutcome> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", ...paths],
    cwd: root,
    env: environment,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    output = (output + decoder.decode(chunk, { stream: true })).slice(-100_000);
  }
  const { success } = await child.status;
  const outcome = readOutcome(output) ?? { passed: 0, failed: 1 };
  return success || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
}

async function main(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  const form = forms[first ?? "all"];
  const paths = form ? (rest.length > 0 ? rest : form.paths) : args;
  await ensureChromium();
  const { passed, failed } = await runTests(paths, form?.environment ?? {});
  console.info(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
