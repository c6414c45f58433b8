/** Forms with a file are read as they were written, however their bytes are cut, and a file is never held whole. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkAsyncProperty } from "../../tests/support/property.ts";
import { readMultipart } from "./multipart.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

interface Reading {
  fields: Record<string, string>;
  files: { field: string; name: string; bytes: number[] }[];
}

async function read(body: AsyncIterable<Uint8Array>, contentType: string): Promise<Reading> {
  const files: Reading["files"] = [];
  const fields = await readMultipart(body, contentType, async ({ field, name, content }) => {
    const bytes: number[] = [];
    for await (const piece of content) bytes.push(...piece);
    files.push({ field, name, bytes });
  });
  return { fields: Object.fromEntries(fields), files };
}

const readText = (text: string, size = 1_000) =>
  read(cut(bytesOf(text), size), "multipart/form-data; boundary=b");

/** As the platform writes a form that it sends. */
async function written(form: FormData): Promise<{ bytes: Uint8Array; contentType: string }> {
  const request = new Response(form);
  return { bytes: await request.bytes(), contentType: request.headers.get("content-type")! };
}

Deno.test("what the platform writes is read back, in chunks of any size", async () => {
  const nearDelimiter = fc.constantFrom(
    "\r\n",
    "\r\n--",
    "--",
    "\r",
    "\n",
    "-",
    "a",
    "\r\n\r\n",
    "ä",
    '"',
    "\0",
  );
  const content = fc.array(nearDelimiter, { maxLength: 40 }).map((pieces) => bytesOf(pieces.join("")));
  const fileName = fc.constantFrom("march.csv", 'a "b".csv', "Über 東京.csv", "a;filename=b.csv", "");
  await checkAsyncProperty(
    fc.asyncProperty(
      content,
      content,
      fileName,
      fc.constantFrom("", "fleet-usage", "line\r\nline", "ä"),
      fc.integer({ min: 1, max: 80 }),
      async (first, second, name, value, size) => {
        const form = new FormData();
        form.set("mapping", value);
        form.append("file", new File([first as BlobPart], name));
        form.append("file", new File([second as BlobPart], "second.csv"));
        form.set("key", "k");
        const { bytes, contentType } = await written(form);
        assert.deepEqual(await read(cut(bytes, size), contentType), {
          fields: { mapping: value, key: "k" },
          files: [
            { field: "file", name, bytes: [...first] },
            { field: "file", name: "second.csv", bytes: [...second] },
          ],
        });
      },
    ),
  );
});

Deno.test("a form cut at any byte is refused, and none of its ends is taken for the whole", async () => {
  const form = new FormData();
  form.set("mapping", "fleet-usage");
  form.set("file", new File(["id\r\n1\r\n"], "a.csv"));
  const { bytes, contentType } = await written(form);
  const end = new TextDecoder().decode(bytes).trimEnd().length; // A line end may stand behind the last delimiter.
  for (let length = 0; length < end; length++) {
    await assert.rejects(
      read(cut(bytes.subarray(0, length), 7), contentType),
      /The form could not be read\. It was cut off\./,
      `${length}`,
    );
  }
  assert.equal((await read(cut(bytes.subarray(0, end), 7), contentType)).files.length, 1);
});

Deno.test("what is no such form is refused with a sentence", async () => {
  for (const contentType of ["", "text/csv", "multipart/form-data", "multipart/form-data; boundary="]) {
    await assert.rejects(read(cut(bytesOf("--b--"), 9), contentType), /no form with a file/);
  }
  const part = (head: string) => readText(`--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`);
  await assert.rejects(part("content-type: text/plain"), /has no name/);
  await assert.rejects(part('content-disposition: form-data; filename="a.csv"'), /has no name/);
  await assert.rejects(readText("--bogus\r\n\r\n"), /do not end where they should/);
  await assert.rejects(part(`x: ${"x".repeat(20_000)}`), /head of a part is too long/);
  await assert.rejects(
    readText(`--b\r\ncontent-disposition: form-data; name="key"\r\n\r\n${"x".repeat(70_000)}\r\n--b--`),
    /field of the form is too long/,
  );
});

Deno.test("a quoted boundary and further parameters are understood", async () => {
  const body = '--b c\r\nContent-Disposition: form-data; name="key"\r\n\r\n1\r\n--b c--';
  const type = 'Multipart/Form-Data; charset=utf-8; boundary="b c"';
  assert.deepEqual((await read(cut(bytesOf(body), 5), type)).fields, { key: "1" });
});

Deno.test("a file is passed on while it comes in, and one that is not taken is passed over", async () => {
  const piece = new Uint8Array(100_000).fill(120);
  let sent = 0, taken = 0, furthest = 0;
  async function* body() {
    yield bytesOf('--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n');
    for (let number = 0; number < 200; number++) {
      sent += piece.length;
      yield piece;
    }
    yield bytesOf('\r\n--b\r\ncontent-disposition: form-data; name="key"\r\n\r\n1\r\n--b--');
  }
  const type = "multipart/form-data; boundary=b";
  const fields = await readMultipart(body(), type, async ({ content }) => {
    for await (const { length } of content) {
      taken += length;
      furthest = Math.max(furthest, sent - taken);
    }
  });
  assert.equal(taken, 20_000_000);
  assert.ok(furthest <= 2 * piece.length, `${furthest} bytes were held`);
  assert.equal(fields.get("key"), "1");
  const passed = await readMultipart(body(), type, () => Promise.resolve());
  assert.equal(passed.get("key"), "1");
});
