/** Everything that CI asks for, in order: format, lint, types, then all tests (tidy among them). */
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const steps: [name: string, args: string[]][] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "."]],
  ["tests", ["run", "--allow-all", "tools/test.ts"]],
];

for (const [name, args] of steps) {
  console.error(`— ${name}`);
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "null" }).spawn().status;
  if (code !== 0) {
    console.error(`${name} failed; the lines above say where.`);
    // a failing step before the tests ran is a failure that the closing line must show
    if (name !== "tests") console.info("0 passed, 1 failed");
    Deno.exit(1);
  }
}
