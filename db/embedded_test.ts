/** Tests of the embedded server: first start, adoption, crashes, damage, and two accounts. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from "./embedded.ts";
import { explain } from "../tools/explain.ts";
import { EmbeddedFailure } from "./embedded_failure.ts";

/** A folder for servers that is gone afterwards, with every server in it stopped. */
async function inFolder(work: (folder: string, start: Start) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "milepost embedded " }); // With a space, as folders have.
  const servers: EmbeddedServer[] = [];
  const start: Start = async (name, options = {}) => {
    const server = await startEmbedded({ name: "test", directory: join(folder, name), ...options });
    servers.push(server);
    return server;
  };
  try {
    await work(folder, start);
  } finally {
    for (const server of servers) await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}
type Start = (name: string, options?: Partial<EmbeddedOptions>) => Promise<EmbeddedServer>;

async function ask<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

function answers(server: EmbeddedServer): Promise<boolean> {
  return ask(server.appUrl, async (sql) => (await sql`select 1`).length === 1).catch(() => false);
}

async function failure(start: Promise<unknown>): Promise<string> {
  const error = await start.then(() => assert.fail("it started"), (error) => error);
  assert.ok(error instanceof EmbeddedFailure, String(error));
  return error.message;
}

Deno.test("the first start makes the roles and the database, and keeps its passwords to itself", () =>
  inFolder(async (folder, start) => {
    const server = await start("one");
    assert.equal(server.started, true);
    const facts = await ask(server.ownerUrl, async (sql) =>
      (await sql`
      select current_user as role, current_setting('server_version_num')::int / 10000 as version,
        (select pg_get_userbyid(datdba) from pg_database where datname = current_database()) as owner,
        current_setting('listen_addresses') as addresses, current_setting('TimeZone') as zone,
        (select bool_and(rolname = 'postgres' or not (rolsuper or rolbypassrls)) from pg_roles where rolcanlogin) as plain`)[
        0
      ]);
    assert.deepEqual({ ...facts }, {
      role: "milepost_owner",
      version: 18,
      owner: "milepost_owner",
      addresses: "127.0.0.1",
      zone: "UTC",
      plain: true,
    });
    assert.equal((await Deno.stat(join(folder, "one", "server.json"))).mode! & 0o777, 0o600);
    const wrong = new URL(server.appUrl);
    wrong.password = "guess";
    await assert.rejects(ask(wrong.href, (sql) => sql`select 1`), { code: "28P01" });
  }));

Deno.test("a server that runs is adopted, and stops with the last that uses it", () =>
  inFolder(async (_, start) => {
    const first = await start("one");
    const second = await start("one");
    assert.deepEqual([second.started, second.port], [false, first.port]);
    await first.stop();
    assert.equal(await answers(second), true);
    await second.stop();
    assert.equal(await answers(second), false);
    const again = await start("one");
    assert.deepEqual([again.started, again.port], [true, first.port]);
  }));

Deno.test("processes that start at the same moment share one server", () =>
  inFolder(async (_, start) => {
    const servers = await Promise.all([1, 2, 3].map(() => start("one")));
    assert.deepEqual(servers.map((server) => server.started).sort(), [false, false, true]);
    assert.equal(new Set(servers.map((server) => server.port)).size, 1);
  }));

Deno.test("a server that is to be kept outlives its user, and the next one stops it", () =>
  inFolder(async (_, start) => {
    const kept = await start("one", { keep: true });
    await kept.stop();
    assert.equal(await answers(kept), true);
    const next = await start("one");
    assert.equal(next.started, false);
    await next.stop();
    assert.equal(await answers(next), false);
  }));

Deno.test("two folders never meet, also when one is a copy of the other while its server runs", () =>
  inFolder(async (folder, start) => {
    const original = await start("one");
    await ask(original.ownerUrl, (sql) => sql.unsafe("create table mark as select 'original' as name"));
    await ask(original.adminUrl, (sql) => sql.unsafe("checkpoint"));
    const copied = await new Deno.Command("cp", { args: ["-a", join(folder, "one"), join(folder, "two")] })
      .output();
    assert.ok(copied.success);
    const copy = await start("two");
    assert.equal(copy.started, true);
    assert.notEqual(copy.port, original.port);
    await ask(copy.ownerUrl, (sql) => sql.unsafe("update mark set name = 'copy'"));
    const name = (server: EmbeddedServer) =>
      ask(server.ownerUrl, async (sql) => (await sql`select name from mark`)[0].name);
    assert.deepEqual([await name(original), await name(copy)], ["original", "copy"]);
  }));

Deno.test("a server that was killed comes back with what was committed", () =>
  inFolder(async (_, start) => {
    const server = await start("one", { name: "dev" });
    await ask(server.ownerUrl, (sql) => sql.unsafe("create table kept as select 1 as n"));
    const pid = Number(
      (await Deno.readTextFile(join(server.dataDirectory, "postmaster.pid"))).split("\n")[0],
    );
    Deno.kill(pid, "SIGKILL");
    while (await answers(server));
    const again = await start("one", { name: "dev" });
    assert.equal(again.started, true);
    assert.deepEqual([...await ask(again.ownerUrl, (sql) => sql`select n from kept`)], [{ n: 1 }]);
    const [{ fsync }] = await ask(again.appUrl, (sql) => sql`select current_setting('fsync') as fsync`);
    assert.equal(fsync, "on");
  }));

Deno.test("when somebody else took the port, another one is used and remembered", () =>
  inFolder(async (_, start) => {
    const server = await start("one");
    await server.stop();
    const squatter = Deno.listen({ hostname: "127.0.0.1", port: server.port });
    try {
      const moved = await start("one");
      assert.notEqual(moved.port, server.port);
      assert.equal((await start("one")).port, moved.port);
    } finally {
      squatter.close();
    }
  }));

Deno.test("what is damaged is told in a sentence, and nothing is touched", () =>
  inFolder(async (folder, start) => {
    const server = await start("one");
    await server.stop();
    const record = join(folder, "one", "server.json");
    const good = await Deno.readTextFile(record);
    const version = join(server.dataDirectory, "PG_VERSION");
    const configuration = join(server.dataDirectory, "postgresql.conf");
    const settings = await Deno.readTextFile(configuration);

    for (const bad of ["", "{", "[]", '{"port":70000}', good.replace(/"port": \d+/, '"port": "1"')]) {
      await Deno.writeTextFile(record, bad);
      assert.match(
        await failure(start("one")),
        /server\.json is damaged: .* Restore it, or remove the folder/,
      );
    }
    await Deno.remove(record);
    assert.match(
      await failure(start("one")),
      /passwords .* are missing: .*server\.json is gone. Put the file back/,
    );
    await Deno.writeTextFile(record, good);

    await Deno.writeTextFile(version, "17\n");
    assert.match(
      await failure(start("one")),
      /written by Postgres 17, and this is Postgres 18. Move the folder/,
    );
    await Deno.writeTextFile(version, "18\n");

    await Deno.writeTextFile(configuration, `${settings}\nno_such_setting = 1\n`);
    assert.match(await failure(start("one")), /did not start.*no_such_setting/s);
    await Deno.writeTextFile(configuration, settings);
    assert.equal((await start("one")).started, true);
  }));

Deno.test(
  "a folder that may not be written is told in a sentence",
  { ignore: Deno.uid() === 0 },
  () =>
    inFolder(async (folder, start) => {
      await Deno.mkdir(join(folder, "closed"), { mode: 0o500 });
      assert.match(await failure(start("closed/one")), /No permission to work in .*closed/);
    }),
);

Deno.test("a full disk is told in a sentence, and the server starts when there is space again", {
  ignore: Deno.uid() !== 0,
}, () =>
  inFolder(async (folder, start) => {
    const disk = join(folder, "disk");
    await Deno.mkdir(disk);
    const mount = ["-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", disk];
    if (!(await new Deno.Command("mount", { args: mount }).output()).success) return; // Not allowed in this container.
    try {
      const server = await start("disk/one");
      await server.stop();
      const filler = await Deno.open(join(disk, "filler"), { create: true, write: true });
      await assert.rejects(async () => {
        while (true) await filler.write(new Uint8Array(4_096));
      }, { code: "ENOSPC" });
      filler.close();
      assert.match(
        await failure(start("disk/one")),
        /The disk that holds .* is full. Free some space and start again/,
      );
      await Deno.remove(join(disk, "filler"));
      const again = await start("disk/one");
      assert.equal(await answers(again), true);
      await again.stop();
    } finally {
      await unmount(disk);
    }
  }));

/** At once, though a server that was killed may still be on its way out of it. */
async function unmount(disk: string): Promise<void> {
  await new Deno.Command("umount", { args: ["--lazy", disk] }).output();
}

Deno.test(
  "a disk that takes no writing is told in a sentence",
  { ignore: Deno.uid() !== 0 },
  () =>
    inFolder(async (folder, start) => {
      const disk = join(folder, "disk");
      await Deno.mkdir(disk);
      const mount = ["-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", disk];
      if (!(await new Deno.Command("mount", { args: mount }).output()).success) return; // Not allowed in this container.
      try {
        assert.match(await failure(start("disk/one")), /The disk that holds .* takes no writing/);
        const error = await Deno.mkdir(join(disk, "other")).then(() => assert.fail(), (error) => error);
        assert.match(explain(error), /^The system refused: .*other.*may be written/);
      } finally {
        await unmount(disk);
      }
    }),
);

const checkoutFolder = fileURLToPath(new URL("..", import.meta.url));

/** Whether every account may pass through a folder and all those above it. */
async function anyoneMayEnter(folder: string): Promise<boolean> {
  const { mode } = await Deno.stat(folder);
  return (mode! & 0o001) !== 0 && (dirname(folder) === folder || await anyoneMayEnter(dirname(folder)));
}

for (const mode of ["namespace", "account", "relocated"] as const) {
  Deno.test(`root runs it by way of "${mode}", and finds it again without being told`, {
    ignore: Deno.uid() !== 0,
  }, () =>
    inFolder(async (folder, start) => {
      await Deno.chmod(folder, mode === "account" ? 0o755 : 0o700);
      let server: EmbeddedServer;
      try {
        server = await start("one", { mode });
      } catch (error) {
        // A machine may forbid user namespaces, and another account cannot enter a checkout under a folder that is
        // root's alone, such as root's home; the product then goes another way by itself.
        const expected = mode === "namespace" ||
          (mode === "account" && !await anyoneMayEnter(checkoutFolder));
        assert.ok(expected, String(error));
        assert.match(String(error), /does not let root run Postgres in the way/);
        return;
      }
      const place = dirname(server.dataDirectory);
      assert.equal(place.startsWith(folder), mode !== "relocated");
      const { uid, mode: bits } = await Deno.stat(place);
      assert.deepEqual([uid, bits! & 0o777], [mode === "namespace" ? 0 : 65_534, 0o700]);
      await server.stop();
      const again = await start("one");
      assert.equal(again.dataDirectory, server.dataDirectory);
      await again.stop();
      if (mode === "relocated") await Deno.remove(dirname(place), { recursive: true });
    }));
}
