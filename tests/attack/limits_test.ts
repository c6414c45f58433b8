/** Requests that are too long, too slow or twisted, written byte by byte to the real server. */
import assert from "node:assert/strict";
import { testApp, type Visitor } from "../support/app.ts";
import { head, RawConnection, sendRaw } from "../support/raw_socket.ts";

/** A short grace, so that a test of slowness is quick; the pace is that of the product. */
const app = await testApp({ bodyPace: { graceMs: 400, bytesPerSecond: 4_000 } });
Deno.test.afterAll(app.stop);
const visitor = await app.visitor(await app.newTenant(), "admin", "biller");

const host = new URL(app.url).host;
const asVisitor = ({ cookie }: Visitor) => [`host: ${host}`, `cookie: ${cookie}`, `origin: ${app.origin}`];
const form = "content-type: application/x-www-form-urlencoded";

async function statusOf(request: string): Promise<number> {
  return (await sendRaw(app.url, request)).status;
}

Deno.test("an address that is too long is refused, at 8 KB with a sentence and at any length without harm", async () => {
  const ask = (length: number) =>
    sendRaw(app.url, head(`GET /vehicles?search=${"a".repeat(length)}`, ...asVisitor(visitor)));
  assert.equal((await ask(4_000)).status, 200);
  const refused = await ask(9_000);
  assert.equal(refused.status, 414);
  assert.match(refused.text, /This address is too long/);
  assert.match(refused.text, /name this request: [0-9a-f-]{36}/);
  assert.equal((await ask(2_000_000)).status, 400);
});

Deno.test("too many header fields, or too long ones, are refused", async () => {
  const many = Array.from({ length: 150 }, (_, index) => `x-${index}: 1`);
  assert.equal(await statusOf(head("GET /sign-in", `host: ${host}`, ...many)), 400);
  assert.equal(await statusOf(head("GET /sign-in", `host: ${host}`, `x-long: ${"a".repeat(100_000)}`)), 400);
  assert.equal(await statusOf(head("GET /sign-in", `host: ${host}`, `x-long: ${"a".repeat(8_000)}`)), 200);
});

Deno.test("a request that two readers would take for two different ones is refused", async () => {
  const fields = [`host: ${host}`, form];
  const smuggled = "GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n";
  const requests = [
    `${
      head("POST /sign-in", ...fields, "content-length: 3", "transfer-encoding: chunked")
    }0\r\n\r\n${smuggled}`,
    `${head("POST /sign-in", ...fields, "content-length: 3", "content-length: 4")}a=b&`,
    `${head("POST /sign-in", ...fields, "content-length: 0x3")}a=b`,
    `${head("POST /sign-in", ...fields, "transfer-encoding: xchunked")}0\r\n\r\n`,
    head("GET /sign-in", `host: ${host}`, "host: other.example"),
    head("GET /sign-in", `host: ${host}`, "x: a\0b"),
    head("GET /sign-in", `host: ${host}`, "x : a"),
    "GET /sign-in\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  ];
  for (const request of requests) {
    const { status, text } = await sendRaw(app.url, request, true);
    assert.ok(status === 400 || status === 0, `${status} for ${JSON.stringify(request)}`);
    assert.equal(text.match(/HTTP\/1\.1 /g)?.length ?? 1, 1, "one answer at most");
  }
});

Deno.test("a host that is none is refused, and another site's host changes nothing in any answer", async () => {
  for (const evil of ["a/b", "a?b", "a#b", "a@b", "a b", "a:port", "[::1", "a,b", "../x"]) {
    assert.equal(await statusOf(head("GET /sign-in", `host: ${evil}`)), 400, evil);
  }
  const evil = "evil.example";
  const requests = [
    head("GET /", `host: ${evil}`),
    head("GET /sign-in?next=/vehicles", `host: ${evil}`),
    head("GET /no-such-page", `host: ${evil}`),
    head(`GET http://${evil}/sign-in`, `host: ${host}`),
    head("GET /vehicles", `host: ${host}`, `x-forwarded-host: ${evil}`, `forwarded: host=${evil}`),
    head("GET /api/v1/openapi.json", `host: ${evil}`, `x-forwarded-host: ${evil}`),
    `${head("POST /sign-in", `host: ${evil}`, form, "content-length: 9")}email=x@y`,
  ];
  for (const request of requests) {
    const { status, text } = await sendRaw(app.url, request);
    assert.ok(status >= 200 && status < 500, `${status} for ${request}`);
    assert.ok(!text.includes(evil), `${request}\n${text}`);
  }
  const elsewhere = head(
    "POST /account/name",
    `host: ${evil}`,
    `origin: http://${evil}`,
    `cookie: ${visitor.cookie}`,
    form,
  );
  assert.equal(await statusOf(elsewhere), 403, "a form of the site that the host names is foreign");
});

Deno.test("a method that no route knows is refused, and TRACE repeats nothing", async () => {
  for (const method of ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "FOO"]) {
    const { status, text } = await sendRaw(app.url, head(`${method} /vehicles`, ...asVisitor(visitor)));
    assert.ok(status >= 400 && status < 500, `${method}: ${status}`);
    assert.ok(!text.includes(visitor.cookie));
  }
});

Deno.test("a body that is too large is refused, told or not, before it is read to its end", async () => {
  const told = head("POST /account/name", ...asVisitor(visitor), form, "content-length: 1100000");
  const answer = await sendRaw(app.url, `${told}name=${"a".repeat(1_099_995)}`);
  assert.equal(answer.status, 413);
  const connection = await RawConnection.open(app.url);
  try {
    await connection.write(
      head("POST /account/name", ...asVisitor(visitor), form, "transfer-encoding: chunked"),
    );
    // nobody says where it ends, so that whoever reads it to its end never answers
    let answered = false, chunks = 0;
    const writing = (async () => {
      while (!answered && await connection.write(`10000\r\n${"a".repeat(65_536)}\r\n`)) chunks++;
    })();
    assert.equal((await connection.read()).status, 413);
    answered = true;
    await writing;
    assert.ok(chunks < 1_000, `refused at the bound of a form, not of an upload: after ${chunks} chunks`);
  } finally {
    connection.close();
  }
});

Deno.test("a body that stops, or only drips, is given up; a slow one that keeps its pace is taken", async () => {
  const drip = async (piece: string, everyMs: number, pieces: number) => {
    const connection = await RawConnection.open(app.url);
    try {
      const length = piece.length * pieces;
      await connection.write(
        head("POST /account/name", ...asVisitor(visitor), form, `content-length: ${length}`),
      );
      let answered = false;
      const writing = (async () => {
        for (let count = 0; count < pieces && !answered && await connection.write(piece); count++) {
          await new Promise((resolve) => setTimeout(resolve, everyMs));
        }
      })();
      const answer = await connection.read();
      answered = true;
      await writing;
      return answer;
    } finally {
      connection.close();
    }
  };
  const stopped = await sendRaw(
    app.url,
    `${head("POST /account/name", ...asVisitor(visitor), form, "content-length: 99")}name=a`,
  );
  assert.equal(stopped.status, 408);
  assert.match(stopped.text, /came too slowly/);
  assert.equal((await drip("a", 20, 300)).status, 408);
  assert.equal((await drip(`a${"=".repeat(19_999)}`, 100, 10)).status, 422, "200,000 bytes in a second");
});

Deno.test("a form of very many fields or parts is refused", async () => {
  const send = (type: string, body: string) =>
    fetch(`${app.url}/account/name`, {
      method: "POST",
      headers: { "content-type": type, cookie: visitor.cookie, origin: app.origin },
      body,
    }).then(async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    });
  assert.equal(await send("application/x-www-form-urlencoded", "a&".repeat(6_000)), 400);
  const part = `--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n`;
  assert.equal(await send("multipart/form-data; boundary=b", `${part.repeat(6_000)}--b--\r\n`), 400);
  assert.equal(await send("application/json", "{}"), 400);
  assert.equal(
    await send("text/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    400,
  );
});
