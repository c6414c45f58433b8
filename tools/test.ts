/** Runs the tests and ends with one line `N passed, N failed`; `access`, `attack`, `deep` and `faults` choose the long forms. */
import { fileURLToPath } from "node:url";
import { leakedSecrets, notedSecretsVariable } from "../tests/support/noted_secrets.ts";
import { ensurePrograms, scanners } from "./test_programs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The long forms are the same tests told to go further; plain `test` runs the short form of each. */
const forms: Record<string, { paths: string[]; environment: Record<string, string> }> = {
  all: { paths: ["."], environment: {} },
  access: { paths: ["tests/access"], environment: { MILEPOST_TEST_ACCESS: "all" } },
  attack: { paths: ["tests/attack", "tests/isolation"], environment: { MILEPOST_TEST_ATTACK: "long" } },
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

/** What one `deno test` ran, and all that it logged. */
interface Share {
  outcome: TestOutcome;
  output: string;
  success: boolean;
}

/** Runs `deno test`; its output is passed on as it comes, or at once at its end. A run that ends without its closing line counts as one failure. */
async function runShare(
  args: string[],
  environment: Record<string, string>,
  when: "as it comes" | "at its end",
): Promise<Share> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", ...args],
    cwd: root,
    env: environment,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output, remarks] = await Promise.all(
    when === "as it comes"
      ? [passOn(child.stdout, Deno.stdout), passOn(child.stderr, Deno.stderr)]
      : [readAll(child.stdout), readAll(child.stderr)],
  );
  const { success } = await child.status;
  if (when === "at its end") await passOn(new Blob([output, remarks]).stream(), Deno.stdout);
  const outcome = readOutcome(output) ?? { passed: 0, failed: 1 };
  return { outcome, output: output + remarks, success };
}

/** Runs the shares side by side and adds them up. What a test noted as a secret must not stand in what any of them logged. */
async function runTests(shares: string[][], environment: Record<string, string>): Promise<TestOutcome> {
  const noted = await Deno.makeTempFile({ prefix: "milepost-test-secrets-" });
  try {
    const ran = await Promise.all(
      shares.map((args, index) =>
        runShare(
          args,
          { ...environment, [notedSecretsVariable]: noted },
          index === 0 ? "as it comes" : "at its end",
        )
      ),
    );
    const leaked = leakedSecrets(ran.map(({ output }) => output).join("\n"), await Deno.readTextFile(noted));
    for (const line of leaked) console.error(`A secret that a test used stands in what was logged: ${line}`);
    const passed = ran.reduce((sum, { outcome }) => sum + outcome.passed, 0);
    const failed = ran.reduce((sum, { outcome }) => sum + outcome.failed, 0);
    const hasFailed = leaked.length > 0 || (failed === 0 && ran.some(({ success }) => !success));
    return { passed, failed: hasFailed ? failed + 1 : failed };
  } finally {
    await Deno.remove(noted);
  }
}

/** Writes on what a stream brings, and gives all of it as text. */
async function passOn(from: ReadableStream<Uint8Array>, to: { write(bytes: Uint8Array): Promise<number> }) {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  for await (const chunk of from) {
    pieces.push(decoder.decode(chunk, { stream: true }));
    for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await to.write(rest));
  }
  return pieces.join("");
}

async function readAll(from: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(from).text();
}

async function main(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  const form = forms[first ?? "all"];
  const paths = form ? (rest.length > 0 ? rest : form.paths) : args;
  await ensurePrograms();
  if (first === "attack") await ensurePrograms(scanners);
  // Pages are visited beside all else: the one waits for the browser, the other for the database.
  const shares = paths === forms.all.paths ? [[".", "--ignore=tests/access"], ["tests/access"]] : [paths];
  const { passed, failed } = await runTests(shares, form?.environment ?? {});
  console.info(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
