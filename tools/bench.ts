/** Runs the benchmarks of bench/ and ends with one JSON object: figures, and ratios to a floor measured in the same run. */
import { fileURLToPath } from "node:url";

export interface BenchOutcome {
  figures: Record<string, number>;
  ratios: Record<string, number>;
}

const folder = new URL("../bench/", import.meta.url);

function listBenches(): string[] {
  return [...Deno.readDirSync(fileURLToPath(folder))]
    .filter((entry) => entry.isFile && entry.name.endsWith(".ts"))
    .map((entry) => entry.name.slice(0, -".ts".length))
    .sort();
}

async function runBench(name: string): Promise<BenchOutcome> {
  console.error(`— ${name}`);
  const bench: { run(): Promise<BenchOutcome> } = await import(new URL(`${name}.ts`, folder).href);
  return await bench.run();
}

async function main(names: string[]): Promise<number> {
  const known = listBenches();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`No benchmark is called ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
    return 2;
  }
  const outcomes: Record<string, BenchOutcome> = {};
  for (const name of names.length > 0 ? names : known) outcomes[name] = await runBench(name);
  console.info(JSON.stringify(outcomes));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
