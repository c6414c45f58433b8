/** `deno task demo`: an embedded Postgres with a fleet business in it, three months imported and billed, then served on this machine. */
import { parseArgs } from "node:util";
import { openDatabase } from "../db/database.ts";
import { startEmbedded } from "../db/embedded.ts";
import { emptyEmbedded } from "../db/embedded_reset.ts";
import { migrate } from "../db/migrate.ts";
import { systemClock } from "../lib/core/clock.ts";
import { loadConfig } from "../lib/core/config.ts";
import { envelopeSecrets } from "../lib/core/secrets.ts";
import { openKeyRing } from "../lib/integrations/registry.ts";
import { demoPassword, demoPeople, isDemoComplete, setUpDemo } from "./demo_business.ts";
import { summariseDemo } from "./demo_summary.ts";
import { explain } from "./explain.ts";
import { serve } from "./serve.ts";

interface DemoOptions {
  /** Stops after the set-up. */
  once: boolean;
  /** Removes the data of an earlier demo. */
  fresh: boolean;
  port: number;
}

const usage = "Usage: deno task demo [--once] [--fresh] [--port N]";
/** A run over three months takes seconds; this only bounds the connections of one process. */
const poolSize = 8;

/** Throws a sentence for whoever typed something else. */
function readOptions(words: string[]): DemoOptions {
  const { values } = parseArgs({
    args: words,
    options: { once: { type: "boolean" }, fresh: { type: "boolean" }, port: { type: "string" } },
  });
  const port = values.port ?? "8000";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new TypeError(`--port is "${port}": use a whole number from 0 to 65535, for example --port 8001.`);
  }
  return { once: values.once ?? false, fresh: values.fresh ?? false, port: Number(port) };
}

/** The demo's passwords are public: its own data, and this machine alone. */
function setSettings(port: number): void {
  if (Deno.env.get("DATABASE_URL")) {
    throw new TypeError(
      "The demo makes people whose passwords everyone knows, so it uses only a database of its own. " +
        "Unset DATABASE_URL, then try again.",
    );
  }
  Deno.env.set("MILEPOST_DATA_SET", "demo");
  Deno.env.set("MILEPOST_HOST", "127.0.0.1");
  Deno.env.set("MILEPOST_PORT", String(port));
  Deno.env.delete("MILEPOST_ORIGIN");
  if (!Deno.env.get("MILEPOST_QUEUE_PATH")) Deno.env.set("MILEPOST_QUEUE_PATH", ".milepost/demo_queue.kv");
}

/** Refuses a port that is in use before the set-up, not after it. */
function requireFreePort(port: number): void {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    const other = port < 65535 ? port + 1 : 8000;
    throw new TypeError(
      `Port ${port} of 127.0.0.1 is in use, perhaps by a demo that runs already. Stop that program, or choose ` +
        `another port: deno task demo --port ${other}`,
    );
  }
}

/** Brings the data set to where the demo begins, or finds it there; false when the auditor found a breach. */
async function prepare(fresh: boolean): Promise<boolean> {
  const say = (text: string) => console.error(text);
  const secrets = envelopeSecrets(await openKeyRing(loadConfig(Deno.env.toObject()), systemClock));
  const server = await startEmbedded({ name: "demo", keep: false });
  try {
    if (fresh) await emptyEmbedded(server);
    await migrate(server.ownerUrl);
    let database = await openDatabase({ ...server, secrets, poolSize });
    try {
      let seconds = { setup: 0, import: 0, run: 0 };
      if (await isDemoComplete(database)) {
        say("The demo's data is there already and is kept. To start over: deno task demo --fresh");
      } else {
        await database.close();
        await emptyEmbedded(server); // what an interrupted set-up left is half a business
        await migrate(server.ownerUrl);
        database = await openDatabase({ ...server, secrets, poolSize });
        seconds = await setUpDemo(database, secrets, say);
      }
      say("Auditing the books.");
      const summary = await summariseDemo(database, seconds, say);
      sayHowToSignIn(say);
      console.info(JSON.stringify(summary));
      return summary.reconciled && summary.ledgerBalanced;
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

function sayHowToSignIn(say: (text: string) => void): void {
  const people = demoPeople.map(({ email, roles }) => `  ${email}  (${roles.join(", ")})`);
  say(["Sign in with one of these addresses and the password", `${demoPassword}:`, ...people].join("\n"));
}

async function main(words: string[]): Promise<number> {
  let options: DemoOptions;
  try {
    options = readOptions(words);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    return 2;
  }
  try {
    setSettings(options.port);
    if (!options.once) requireFreePort(options.port);
    const held = await prepare(options.fresh);
    if (!held) console.error("The auditor found the breaches named above.");
    if (!held || options.once) return held ? 0 : 1;
    await serve((url) => console.error(`Milepost listens on ${url}. Stop it with Ctrl+C.`));
    return 0;
  } catch (error) {
    console.error(error instanceof TypeError ? error.message : explain(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
