/** Runs the benchmarks of bench/ and ends with one JSON object: figures, and ratios to a floor measured in the same run. */
import { fileURLToPath } from "node:url";
import type { Bench, BenchOutcome, Size } from "../bench/support/outcome.ts";

const folder = new URL("../bench/", import.meta.url);

function listBenches(): string[] {
  return [...Deno.readDirSync(fileURLToPath(folder))]
    .filter((entry) => entry.isFile && entry.name.endsWith(".ts"))
    .map((entry) => entry.name.slice(0, -".ts".length))
    .sort();
}

async function runBench(name: string, size: Size): Promise<BenchOutcome> {
  console.error(`— ${name}`);
  const bench: Bench = await import(new URL(`${name}.ts`, folder).href);
  return await bench.run(size);
}

/** What is wrong with the words, as a sentence; or what to run. */
function read(words: string[]): string | { names: string[]; size: Size } {
  const known = listBenches();
  const sizes = words.filter((word) => word.startsWith("--"));
  const names = words.filter((word) => !word.startsWith("--"));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return `No benchmark is called ${unknown.join(", ")}. There are: ${known.join(", ")}.`;
  }
  if (sizes.length > 1 || (sizes.length === 1 && sizes[0] !== "--long" && sizes[0] !== "--tiny")) {
    return `The options are --long (takes minutes) or --tiny (only proves that it runs), not ${
      sizes.join(" ")
    }.`;
  }
  const size = sizes.length === 0 ? "usual" : sizes[0] === "--long" ? "long" : "tiny";
  return { names: names.length > 0 ? names : known, size };
}

async function main(words: string[]): Promise<number> {
  const wanted = read(words);
  if (typeof wanted === "string") {
    console.error(wanted);
    return 2;
  }
  const outcomes: Record<string, BenchOutcome> = {};
  for (const name of wanted.names) outcomes[name] = await runBench(name, wanted.size);
  console.info(JSON.stringify(outcomes));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
