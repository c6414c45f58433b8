/**
 * Every route and every command as every role, signed out and by API key, held against `rights.ts`: who may is not refused,
 * who may not is, and a route or a command that has no row there fails.
 */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { withSystem } from "../../db/system.ts";
import { createApiKey } from "../../lib/auth/api_keys.ts";
import { rightsOf, type Role, roles } from "../../lib/auth/policy.ts";
import { openSession } from "../../lib/auth/sessions.ts";
import { type Actor, capabilities, type Capability } from "../../lib/core/actor.ts";
import { type Command, execute, type Json } from "../../lib/core/command.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { cookieName } from "../../session_cookie.ts";
import { startApp } from "../access/start_app.ts";
import { operator } from "../support/app.ts";
import { commandNeeds, confirmedCommands, type Need, roleRights, routeRows } from "./rights.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// A walk is no guessing of passwords, and comes from one address.
const seeded = await startApp({ MILEPOST_SIGN_IN_REQUESTS: "10000" });
Deno.test.afterAll(() => seeded.stop());
const { app, tenantId } = seeded;
const { environment } = app;

type Method = "GET" | "POST";
const methods: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

interface Identity {
  name: string;
  held: ReadonlySet<Capability>;
  /** Of a new session each time, so that one that ends, or is too old, spoils no other request. Null without a session. */
  userId: string | null;
  key?: string;
}

const rightsOfRole = (role: Role) => {
  const rights = roleRights[role];
  return new Set(rights === "all" ? capabilities : rights);
};

/** A role of the tenant's own (`invoices.approve`, `invoices.issue`) is one of them. */
async function makeIdentities(): Promise<Identity[]> {
  const asker = { tenantId, actor: operator };
  const { secret } = await createApiKey(environment, asker, { name: "Walk", capabilities: ["read"] });
  const own = await app.visitor(tenantId, seeded.fill("{role}"));
  const people: Identity[] = [];
  for (const role of roles) {
    const { userId } = await app.visitor(tenantId, role);
    people.push({ name: role, held: rightsOfRole(role), userId });
  }
  return [
    { name: "signed out", held: new Set(), userId: null },
    { name: "an API key", held: new Set(["read"]), userId: null, key: secret },
    ...people,
    { name: "Depot lead", held: new Set(["read", "invoices.approve", "invoices.issue"]), userId: own.userId },
  ];
}

/** Every pattern below `routes/` with the methods that it answers; `*` stands for a parameter. */
async function* routesIn(folder: string, path: string): AsyncGenerator<[string, string[]]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (name.startsWith("_") || name.startsWith("(_")) continue;
    const segment = name.replace(/\.tsx?$/, "").replace(/^\[.*\]$/, "*");
    const below = /^\(.*\)$/.test(name) ? path : `${path}/${segment}`;
    if (isDirectory) yield* routesIn(join(folder, name), below);
    else yield [segment === "index" ? path || "/" : below, await methodsOf(join(folder, name))];
  }
}

async function methodsOf(file: string): Promise<string[]> {
  const { handler, handlers = handler } = await import(file);
  if (handlers === undefined) return ["GET"];
  assert.equal(typeof handlers, "object", `${file} answers every method alike: give it one for each`);
  return Object.keys(handlers).filter((name) => methods.includes(name));
}

const patternOf = (path: string) =>
  path.replace(/^\{sign_in_link\}$/, "/sign-in/link/*").replace(/\?.*/, "").replace(/\{\w+\}/g, "*")
    .replace(/\/\d+(?=\/|$)/g, "/*");

/** Fails with what has no row, and the rows of nothing. */
function assertSame(found: readonly string[], rows: readonly string[]): void {
  const without = (left: readonly string[], right: readonly string[]) =>
    left.filter((one) => !right.includes(one)).toSorted();
  const [missing, surplus] = [without(found, rows), without(rows, found)];
  assert.deepEqual(
    [missing, surplus],
    [[], []],
    `rights.ts has no row for:\n${missing.join("\n")}\nand a row for what is not there:\n${
      surplus.join("\n")
    }`,
  );
}

Deno.test("every route has a row for each method that it answers, and no row is without a route", async () => {
  const found: string[] = [];
  for await (const [pattern, answered] of routesIn(join(root, "routes"), "")) {
    found.push(...answered.map((method) => `${method} ${pattern}`));
  }
  const expected = routeRows.flatMap(({ path, needs }) =>
    Object.keys(needs).map((method) => `${method} ${patternOf(path)}`)
  );
  assertSame(found, expected);
});

/** Sends a request as someone, and gives its status and where it leads; a stream is left at once. */
async function send(
  method: Method,
  path: string,
  identity: Identity,
): Promise<{ status: number; to: string }> {
  const headers: Record<string, string> = { accept: "text/html" };
  if (identity.key) headers.authorization = `Bearer ${identity.key}`;
  if (identity.userId !== null) {
    const { userId } = identity;
    const now = environment.clock.now();
    const token = await withSystem(
      environment.database,
      (db) => openSession(db, userId, "walk", now, ["password"]),
    );
    headers.cookie = `${cookieName(app.origin)}=${token}`;
  }
  const answer = method === "GET"
    ? await app.get(path, undefined, headers)
    : await app.post(path, { key: crypto.randomUUID() }, undefined, headers);
  await answer.body?.cancel();
  return { status: answer.status, to: answer.headers.get("location") ?? "" };
}

/** What is wrong with an answer, or nothing. */
function faultOf(
  need: Need,
  path: string,
  identity: Identity,
  { status, to }: { status: number; to: string },
): string | undefined {
  if (status >= 500) return `answers ${status}`;
  if (need === "open") return undefined;
  const isApi = path.startsWith("/api/");
  const isKnown = identity.userId !== null || (isApi && identity.key !== undefined);
  const isTurnedAway = isApi ? status === 401 : status === 303 && to.startsWith("/sign-in");
  if (!isKnown) return isTurnedAway ? undefined : `answers ${status} ${to} and not with the sign-in`;
  if (isTurnedAway) return `answers ${status} ${to} to someone who is known`;
  const missing = need === "session" ? undefined : need.find((right) => !identity.held.has(right));
  if (missing === undefined) return status === 403 ? "is refused to who may" : undefined;
  return status === 403 ? undefined : `answers ${status} ${to} without the right ${missing}`;
}

const mayDo = (need: Need, identity: Identity) =>
  need === "open" || need === "session" || need.every((right) => identity.held.has(right));

Deno.test("every route answers each role as its row says", async () => {
  const identities = await makeIdentities();
  const requests = routeRows.flatMap(({ path, needs }) =>
    (Object.entries(needs) as [Method, Need][]).flatMap(([method, need]) =>
      identities.map((identity) => ({ path, method, need, identity }))
    )
  );
  // Those that are refused change nothing, so they come first; then what is only read; what is sent may end things.
  const place = ({ method, need, identity }: typeof requests[number]) =>
    !mayDo(need, identity) ? 0 : method === "GET" ? 1 : 2;
  const faults: string[] = [];
  for (const { path, method, need, identity } of requests.toSorted((a, b) => place(a) - place(b))) {
    const answer = await send(method, seeded.fill(path), identity);
    const fault = faultOf(need, path, identity, answer);
    if (fault) faults.push(`${method} ${path} as ${identity.name}: ${fault}`);
  }
  assert.deepEqual(faults, [], faults.join("\n"));
});

interface CommandSource {
  file: string;
  name: string;
  capability: string;
  isConfirmed: boolean;
}

/** Every command that the source defines. */
function* commandsIn(folder: string): Generator<CommandSource> {
  for (const entry of Deno.readDirSync(folder)) {
    const file = join(folder, entry.name);
    if (entry.isDirectory) yield* commandsIn(file);
    if (!/(?<!_test)\.tsx?$/.test(entry.name) || relative(root, file) === "lib/core/command.ts") continue;
    for (const part of Deno.readTextFileSync(file).split(/\bdefineCommand\b(?=[<(])/).slice(1)) {
      const [, name, capability] = /name: ("[\w.]+"|\w+),\s+capability: "([\w.]+)"/.exec(part) ?? [];
      assert.ok(name, `${file}: a command begins with its name and its capability`);
      const [head] = part.split(/\brun\b/);
      yield {
        file,
        name: name.startsWith('"') ? name.slice(1, -1) : constantIn(folder, name),
        capability,
        isConfirmed: /^ {2}confirmed: true,$/m.test(head),
      };
    }
  }
}

/** The text that a constant of a folder stands for. */
function constantIn(folder: string, constant: string): string {
  const texts = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => Deno.readTextFileSync(join(folder, name)));
  const [, value] = new RegExp(`const ${constant} = "([\\w.]+)"`).exec(texts.join("\n")) ?? [];
  assert.ok(value, `${folder} has no constant ${constant}`);
  return value;
}

const commandSources = [...commandsIn(join(root, "lib"))];

Deno.test("every command names the right of its row, and no row is without a command", () => {
  assertSame(
    commandSources.map(({ name, capability }) => `${name} ${capability}`),
    Object.entries(commandNeeds).map(([name, [capability]]) => `${name} ${capability}`),
  );
  assert.equal(new Set(commandSources.map(({ name }) => name)).size, commandSources.length);
});

Deno.test("the commands that ask anew who one is are those of the list", () => {
  assertSame(
    commandSources.filter(({ isConfirmed }) => isConfirmed).map(({ name }) => name),
    confirmedCommands,
  );
});

function isCommand(value: unknown): value is Command<unknown, Json> {
  return typeof value === "object" && value !== null && "capability" in value && "run" in value;
}

/** The commands that their modules hand out; the others are inside functions that routes call. */
async function loadCommands(): Promise<Command<unknown, Json>[]> {
  const files = [...new Set(commandSources.map(({ file }) => file))];
  const found: unknown[] = [];
  for (const file of files) found.push(...Object.values(await import(file)));
  return found.filter(isCommand);
}

/**
 * Whether the runner, or the command itself, says that the actor has no right to it. A command that asks for one right alone
 * is asked with a key that the runner refuses right after the rights, so that nothing runs.
 */
async function isRefused(command: Command<unknown, Json>, actor: Actor): Promise<boolean> {
  const key = commandNeeds[command.name].length === 1 ? "" : undefined;
  const emptyInput = new Proxy({}, { get: () => "" });
  try {
    await execute(environment, command, { tenantId, actor, key, dryRun: true }, emptyInput);
    return false;
  } catch (error) {
    return isMilepostError(error, "NotPermitted");
  }
}

/** Someone with just these rights, by roles that the policy knows. */
function actorWith(held: readonly Capability[]): Actor {
  const authenticatedAt = environment.clock.now();
  const rights = rightsOf([], [{ capabilities: held, limits: [] }]);
  return { kind: "user", id: crypto.randomUUID(), name: "Walk", authenticatedAt, ...rights };
}

Deno.test("every command refuses each role as its row says, and whoever lacks any one of its rights", async () => {
  const commands = await loadCommands();
  assert.ok(commands.length > 80, `only ${commands.length} commands were found`);
  const faults: string[] = [];
  const expect = async (command: Command<unknown, Json>, who: string, actor: Actor, isAllowed: boolean) => {
    if (await isRefused(command, actor) !== isAllowed) return;
    faults.push(`${command.name} as ${who}: ${isAllowed ? "refused to who may" : "done for who may not"}`);
  };
  for (const command of commands) {
    const needs = commandNeeds[command.name];
    for (const role of roles) {
      const actor = { ...actorWith([]), ...rightsOf([role]) };
      await expect(command, role, actor, needs.every((right) => rightsOfRole(role).has(right)));
    }
    await expect(command, "a role with its rights alone", actorWith(needs), true);
    for (const right of needs) {
      const others = capabilities.filter((name) => name !== right);
      await expect(command, `everything but ${right}`, actorWith(others), false);
    }
  }
  assert.deepEqual(faults, [], faults.join("\n"));
});
