/** Messages over real SMTP: what leaves, what each reply means, and when another attempt is safe. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Misbehaviour, startSmtpServer } from "../../../tests/support/smtp_server.ts";
import { type OutgoingMessage, TransportError } from "../port.ts";
import { handOver } from "./client.ts";
import { smtpConnector } from "./connector.ts";
import { serverOf } from "./translate.ts";

const server = startSmtpServer();
Deno.test.afterAll(() => server.stop());
const port = smtpConnector({ url: server.url, from: "billing@calder.example" });

const message: OutgoingMessage = {
  id: "0190a3b4-0000-7000-8000-000000000001",
  senderName: "Calder Fleet Services Ltd",
  recipient: "accounts@brightwater.example",
  subject: "Invoice CFS-2024-0001: £494.40 due 3 July 2024",
  text: "£494.40 is due.\n.\nA line with one dot stands before this one.",
  html: "<p>£494.40 is due.</p>",
  attachments: [{ fileName: "CFS-2024-0001.html", mediaType: "text/html", content: "<p>The invoice ÄÖ</p>" }],
};

function headerOf(source: string, name: string): string | undefined {
  const header = source.split("\r\n\r\n")[0].replace(/\r\n[ \t]+/g, " ");
  return header.split("\r\n").find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1).trim();
}

/** The decoded parts of a message, by their type. */
function partsOf(source: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const piece of source.split(/\r\n--[^\r\n]+\r\n/)) {
    const [header, ...rest] = piece.split("\r\n\r\n");
    const type = /content-type: ([a-z]+\/[a-z]+)(?:;[^\r\n]*(?:\r\n[ \t][^\r\n]*)*)?/i.exec(header)?.[1];
    if (!type || type.startsWith("multipart")) continue;
    const body = rest.join("\r\n\r\n");
    const text = /base64/i.test(header) ? Buffer.from(body, "base64").toString() : Buffer.from(
      body.replace(/=\r\n/g, "").replace(
        /=([0-9A-F]{2})/g,
        (_, hex) => String.fromCharCode(parseInt(hex, 16)),
      ),
      "latin1",
    ).toString();
    const key = /content-disposition: attachment/i.test(header) ? "attachment" : type;
    parts.set(key, text.trim());
  }
  return parts;
}

Deno.test("a message arrives whole: addresses, subject, both bodies, the attachment and its own Message-ID", async () => {
  server.misbehaviour = undefined;
  const outcome = await port.deliver(message);
  assert.deepEqual(outcome, { outcome: "sent", providerId: "250 OK queued as 1" });
  const [mail] = server.accepted;
  assert.equal(mail.from, "billing@calder.example");
  assert.deepEqual(mail.to, ["accounts@brightwater.example"]);
  assert.equal(headerOf(mail.source, "From"), "Calder Fleet Services Ltd <billing@calder.example>");
  assert.equal(headerOf(mail.source, "To"), "accounts@brightwater.example");
  assert.equal(headerOf(mail.source, "Message-ID"), `<${message.id}@calder.example>`);
  assert.match(headerOf(mail.source, "Subject")!, /^=\?UTF-8\?Q\?Invoice_CFS-2024-0001/);
  const parts = partsOf(mail.source);
  assert.equal(parts.get("text/plain")?.replaceAll("\r\n", "\n"), message.text);
  assert.equal(parts.get("text/html"), message.html);
  assert.equal(parts.get("attachment"), message.attachments[0].content);
  assert.match(mail.source, /filename=CFS-2024-0001\.html/);
});

Deno.test("no line end in what people typed begins a header, a recipient or a command", async () => {
  server.misbehaviour = undefined;
  const evil = [
    "\r\nBcc: evil@evil.example",
    "\nX-Evil: yes",
    "\r\n\r\n<b>body</b>",
    "\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
  ];
  for (const end of evil) {
    const before = server.accepted.length;
    const sent = {
      ...message,
      senderName: `Calder${end}`,
      subject: `Invoice${end}`,
      text: `Due.${end}`,
      attachments: [{ ...message.attachments[0], fileName: `a${end}.html` }],
    };
    await port.deliver(sent);
    assert.equal(server.accepted.length, before + 1);
    const mail = server.accepted[before];
    assert.deepEqual(mail.to, [message.recipient]);
    assert.equal(mail.from, "billing@calder.example");
    const heads = mail.source.split(/\r\n--[^\r\n]+\r\n/).map((piece) => piece.split("\r\n\r\n")[0]);
    for (const head of heads) assert.doesNotMatch(head, /^(?:bcc|x-evil|mail from|<b>)/im);
    const address = { ...message, recipient: `a@b.example${end}` };
    await port.deliver(address).catch(() => {});
    assert.deepEqual(
      server.accepted.slice(before + 1).flatMap(({ to }) => to).filter((to) => to.includes("evil")),
      [],
    );
  }
});

Deno.test("a second attempt at a message bears the same Message-ID", async () => {
  server.misbehaviour = undefined;
  await port.deliver(message);
  const ids = server.accepted.slice(-2).map(({ source }) => headerOf(source, "Message-ID"));
  assert.equal(ids[0], ids[1]);
});

const harmless: Record<string, Misbehaviour> = {
  "hangs up before it greets": { at: "greeting" },
  "asks to come back at the recipient": { at: "recipient", reply: "450 mailbox busy" },
  "asks to come back at DATA": { at: "data", reply: "421 too much to do" },
  "asks to come back after the message": { at: "end", reply: "451 no room" },
};
for (const [name, misbehaviour] of Object.entries(harmless)) {
  Deno.test(`a server that ${name} has taken nothing: it is safe to try again`, async () => {
    server.misbehaviour = misbehaviour;
    const before = server.accepted.length;
    await assert.rejects(port.deliver(message), TransportError);
    assert.equal(server.accepted.length, before);
  });
}

Deno.test("a server that hangs up before the last byte was sent has taken nothing: it is safe to try again", async () => {
  server.misbehaviour = { at: "middle" };
  // more than the buffers of a connection hold
  const content = "x".repeat(24_000_000);
  const large = { ...message, attachments: [{ ...message.attachments[0], content }] };
  await assert.rejects(port.deliver(large), TransportError);
});

Deno.test("a server that says no for good is not asked again", async () => {
  for (const at of ["recipient", "data", "end"] as const) {
    server.misbehaviour = { at, reply: "550 no such user" };
    const outcome = await port.deliver(message);
    assert.equal(outcome.outcome, "failed", at);
    assert.match(
      "failure" in outcome ? outcome.failure : "",
      /^The mail server refused it: .*550 no such user/,
    );
  }
});

Deno.test("a server that falls silent after the last byte leaves it open whether it arrived", async () => {
  server.misbehaviour = { at: "silence" };
  const before = server.arrived.length;
  const outcome = await port.deliver(message);
  assert.equal(outcome.outcome, "uncertain");
  assert.equal(server.arrived.length, before + 1);
});

Deno.test("a server that is not there is tried again", async () => {
  const away = startSmtpServer();
  await away.stop();
  await assert.rejects(
    smtpConnector({ url: away.url, from: "a@b.example" }).deliver(message),
    TransportError,
  );
});

Deno.test("user and password of the address sign in", async () => {
  server.misbehaviour = undefined;
  const url = `smtp://mile%40post:s%3Acret@127.0.0.1:${server.port}`;
  const outcome = await smtpConnector({ url, from: "billing@calder.example" }).deliver(message);
  assert.equal(outcome.outcome, "sent");
  assert.equal(server.signedIn, "mile@post s:cret");
});

Deno.test("a server that offers no TLS gets neither password nor letter where TLS is required", async () => {
  server.misbehaviour = undefined;
  server.signedIn = undefined;
  const before = server.arrived.length;
  const strict = { ...serverOf(`smtp://u:p@127.0.0.1:${server.port}`), requireTls: true };
  const envelope = { from: "billing@calder.example", to: message.recipient };
  for (const asked of [strict, { ...strict, credentials: undefined }]) {
    await assert.rejects(handOver(asked, envelope, new TextEncoder().encode("x")), { name: "SmtpError" });
  }
  assert.deepEqual([server.arrived.length, server.signedIn], [before, undefined]);
});

Deno.test("a password never goes to another machine unencrypted", () => {
  assert.deepEqual(serverOf("smtp://u:p@mail.example"), {
    host: "mail.example",
    port: 587,
    secure: false,
    requireTls: true,
    credentials: { user: "u", password: "p" },
  });
  assert.equal(serverOf("smtp://mail.example").requireTls, true, "nor what the letter says");
  assert.deepEqual(serverOf("smtps://mail.example"), {
    host: "mail.example",
    port: 465,
    secure: true,
    requireTls: false,
  });
  assert.equal(serverOf("smtp://[::1]:25").host, "::1");
});
