/** The page that a customer opens by a link: what it shows, whom it tells nothing, and what opening it means. */
import assert from "node:assert/strict";
import { encode } from "uqr";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { invoiceDocument } from "../../lib/documents/views.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import { issueCreditNote } from "../../lib/invoicing/credit/commands.ts";
import { linkHolder, noteInvoiceOpened } from "../../lib/invoicing/link/commands.ts";
import { readToken } from "../../lib/invoicing/link/token.ts";
import { addressOfLink, findInvoiceLink } from "../../lib/invoicing/link/views.ts";
import { voidInvoice } from "../../lib/invoicing/void/commands.ts";
import { writeOffInvoice } from "../../lib/invoicing/write_off/commands.ts";
import { recordPayment } from "../../lib/payments/commands.ts";
import { approveBankDetails, proposeBankDetails } from "../../lib/tenants/bank_details.ts";
import { testApp } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestRate,
  insertTestVehicle,
  lease,
  type TestBusiness,
} from "../support/billing.ts";
import { testActor, testUser } from "../support/command.ts";
import { noteSecret } from "../support/noted_secrets.ts";
import { wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock, settings: { MILEPOST_TENANT_REQUESTS: "10000" } });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const { database } = environment;
const business = await insertTestBusiness(database, { name: "Calder" });
const { tenantId } = business;
const execution = { tenantId, actor: testActor() };
let contracts = 0;

interface Told {
  language?: string;
  vehicles?: number;
  currency?: string;
  seller?: TestBusiness;
}

/** An invoice for January 2024 of 412.00 and 20% tax for each vehicle, and where its customer opens it. */
async function newInvoice({ language, vehicles = 1, currency, seller = business }: Told = {}) {
  const reference = `P-${++contracts}`;
  const contractId = await withTenant(database, seller.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease], { currency });
    const contract = await insertTestContract(db, seller, plan, { reference });
    for (let count = 0; count < vehicles; count++) {
      await insertTestVehicle(db, contract.contractId, `${reference}-V${count}`, "2024-01-01");
    }
    await db.query.updateTable("customer").set({ language: language ?? null })
      .where("tenant_id", "=", seller.tenantId).where("id", "=", contract.customerId).execute();
    return contract.contractId;
  });
  const issued = await execute(environment, issueInvoice, { ...execution, tenantId: seller.tenantId }, {
    contractId,
    periodStart: "2024-01-01",
    periodEnd: "2024-02-01",
  });
  assert.ok(issued.outcome === "issued");
  const path = await pathOf(issued.invoiceId, seller.tenantId);
  return { id: issued.invoiceId, number: issued.number, path: path! };
}

async function pathOf(invoiceId: string, of = tenantId): Promise<string | undefined> {
  const address = await withTenant(database, of, (db) => addressOfLink(db, environment, invoiceId));
  if (address === null) return undefined;
  assert.ok(address.startsWith(`${app.origin}/pay/`));
  noteSecret(address.split("/").at(-1)!);
  return address.slice(app.origin.length);
}

const openedAt = async (id: string) =>
  (await withTenant(database, tenantId, (db) => findInvoiceLink(db, id))).openedAt?.toString() ?? null;

async function read(path: string): Promise<string> {
  const answer = await app.get(path);
  assert.equal(answer.status, 200, path);
  return wordsOf(await answer.text());
}

const pay = (invoiceId: string, amount: string) =>
  execute(environment, recordPayment, execution, {
    settles: { invoiceId },
    amount,
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "bank_transfer",
  });

/** Without the id of the request, which is another each time. */
const said = async (answer: Response) => (await answer.text()).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "");

Deno.test("whoever has the link sees the document's own figures, and nobody keeps or passes on its address", async () => {
  const { id, number, path } = await newInvoice();
  const answer = await app.get(path);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  assert.match(answer.headers.get("x-robots-tag")!, /noindex/);
  const html = await answer.text();
  assert.doesNotMatch(html, /<script|<form|<button/);
  const words = wordsOf(html);
  const { content } = await withTenant(database, tenantId, (db) => invoiceDocument(db, environment, id));
  const [lines, tax, payment] = content.sections;
  const figures = [
    content.title,
    content.figure!.value,
    ...content.facts.map(({ value }) => value),
    ...payment.facts!.map(({ value }) => value),
    ...lines.table!.totals!.map(({ value }) => value),
    ...[lines, tax].flatMap(({ table }) => table!.groups.flatMap(({ rows }) => rows.flat()))
      .map((cell) => typeof cell === "string" ? cell : cell.text),
  ];
  assert.ok(figures.includes(number) && figures.includes("£494.40") && figures.length > 20);
  for (const figure of figures) assert.ok(words.includes(figure), figure);
  const pdf = await app.get(`${path}/pdf`);
  assert.equal(pdf.headers.get("content-type"), "application/pdf");
  assert.equal(pdf.headers.get("cache-control"), "no-store");
  assert.match(new TextDecoder("latin1").decode(await pdf.bytes()), /^%PDF-/);
});

Deno.test("a reader opens it once and for all; programs that look ahead and the business itself do not", async () => {
  const { id, path } = await newInvoice();
  const own = await app.visitor(tenantId, "viewer");
  const stranger = await app.visitor(await app.newTenant(), "viewer");
  const head = await fetch(app.url + path, { method: "HEAD" });
  assert.equal(head.status, 200);
  await (await app.get(path, undefined, { "sec-purpose": "prefetch;prerender" })).text();
  await (await app.get(path, undefined, { purpose: "prefetch" })).text();
  await (await app.get(path, own)).text();
  assert.equal(await openedAt(id), null);
  await (await app.get(path, stranger)).text();
  assert.equal(await openedAt(id), "2024-06-03T09:00:00Z");
  clock.moveTo("2024-06-04T09:00:00Z");
  await read(path);
  // two who open it at the same moment
  await execute(environment, noteInvoiceOpened, { tenantId, actor: linkHolder }, { invoiceId: id });
  assert.equal(await openedAt(id), "2024-06-03T09:00:00Z");
  clock.moveTo("2024-06-03T09:00:00Z");
  await assert.rejects(
    execute(environment, voidInvoice, execution, { invoiceId: id, reason: "Wrong contract" }),
    (error) => isMilepostError(error, "IllegalTransition") && /opened by its link/.test(error.message),
  );
  const page = wordsOf(await (await app.get(`/invoices/${id}`, own)).text());
  assert.match(page, /Opened 3 June, 10:00 by whoever has the link\./);
});

Deno.test("a PDF that is downloaded is opened too", async () => {
  const { id, path } = await newInvoice();
  await (await app.get(`${path}/pdf`)).bytes();
  assert.notEqual(await openedAt(id), null);
});

Deno.test("a link that is forged, of another business, renewed or ended leads nowhere, in the same words", async () => {
  const { id, path } = await newInvoice();
  const other = await newInvoice({ seller: await insertTestBusiness(database, { prefix: "OTH" }) });
  const bytes = (text: string) => Uint8Array.fromBase64(text.split("/").at(-1)!, { alphabet: "base64url" });
  const token = (own: Uint8Array) => `/pay/${own.toBase64({ alphabet: "base64url" })}`;
  // the ids of one and the proof of the other, every way round
  const [mine, theirs] = [bytes(path), bytes(other.path)];
  const forged = [
    token(Uint8Array.from([...theirs.slice(0, 32), ...mine.slice(32)])),
    token(Uint8Array.from([...mine.slice(0, 32), ...theirs.slice(32)])),
    token(Uint8Array.from([...mine.slice(0, 16), ...theirs.slice(16)])),
    token(Uint8Array.from([...theirs.slice(0, 16), ...mine.slice(16)])),
    token(new Uint8Array(48)),
    `${path.slice(0, -2)}AA`,
    "/pay/x",
    `/pay/${id}`,
  ];
  const biller = await app.visitor(tenantId, "biller");
  const press = (fields: Record<string, string>) => app.post(`/invoices/${id}/link`, fields, biller);
  assert.equal((await press({ generation: "1" })).status, 303);
  const renewed = (await pathOf(id))!;
  assert.notEqual(renewed, path);
  await read(renewed);
  const stale = await press({ generation: "1", end: "yes" });
  assert.equal(stale.status, 409);
  assert.match(wordsOf(await stale.text()), /renewed this link at the same moment/);
  assert.equal((await press({ generation: "2", end: "yes" })).status, 303);
  assert.equal(await pathOf(id), undefined);
  assert.equal((await press({ generation: "2", end: "yes" })).status, 409);
  const answers: [number, string][] = [];
  for (const dead of [...forged, path, renewed, `${path}/pdf`, `${renewed}/pdf`]) {
    const answer = await app.get(dead);
    answers.push([answer.status, await said(answer)]);
  }
  assert.equal(new Set(answers.map(([status, text]) => `${status} ${text}`)).size, 1);
  assert.equal(answers[0][0], 404);
  assert.match(answers[0][1], /This link leads nowhere/);
  assert.equal((await press({ generation: "2" })).status, 303);
  await read((await pathOf(id))!);
});

Deno.test("only whoever may send invoices sees and changes the link", async () => {
  const { id, path } = await newInvoice();
  const viewer = await app.visitor(tenantId, "viewer");
  assert.equal((await app.get(`/invoices/${id}/link`, viewer)).status, 403);
  const refused = await app.post(`/invoices/${id}/link`, { generation: "1", end: "yes" }, viewer);
  assert.equal(refused.status, 403);
  const biller = await app.visitor(tenantId, "biller");
  const page = await (await app.get(`/invoices/${id}/link`, biller)).text();
  assert.ok(page.includes(app.origin + path));
  assert.match(wordsOf(await (await app.get(`/invoices/${id}`, biller)).text()), /Link for the customer/);
});

Deno.test("each state is said in a sentence of its own", async () => {
  const part = await newInvoice();
  assert.match(await read(part.path), /£494\.40 is to pay by 3 July 2024\./);
  await pay(part.id, "94.40");
  assert.match(
    await read(part.path),
    /£400\.00 is to pay by 3 July 2024\. Of the total of £494\.40, £94\.40 is paid\. Thank you\./,
  );
  clock.moveTo("2024-07-04T09:00:00Z");
  assert.match(await read(part.path), /£400\.00 was due on 3 July 2024 and is still to pay\./);
  clock.moveTo("2024-06-03T09:00:00Z");
  await pay(part.id, "400.00");
  const paid = await read(part.path);
  assert.match(paid, /This invoice is paid\. Thank you\. Nothing is left to pay\./);
  assert.doesNotMatch(paid, /How to pay/);

  const credited = await newInvoice();
  const credit = (amount: string) =>
    execute(environment, issueCreditNote, execution, {
      invoiceId: credited.id,
      credit: { kind: "amount", amount },
      purpose: "concession",
      reason: "One van stood in the workshop",
    });
  await credit("12.00"); // and 20% tax
  assert.match(await read(credited.path), /£480\.00 is to pay by 3 July 2024\. £14\.40 of it was credited\./);
  await credit("400.00");
  assert.match(await read(credited.path), /This invoice was credited in full\. Nothing is left to pay\./);

  const given = await newInvoice();
  await execute(environment, writeOffInvoice, execution, {
    invoiceId: given.id,
    reason: "The customer is insolvent",
    claimsTax: true,
  });
  assert.match(
    await read(given.path),
    /has written off £494\.40 of this invoice\. Do not pay it any more\./,
  );

  const gone = await newInvoice();
  await execute(environment, voidInvoice, execution, { invoiceId: gone.id, reason: "Wrong contract" });
  assert.match(await read(gone.path), /This invoice is void\. Do not pay it\./);
});

const languages: [tag: string, ...words: RegExp[]][] = [
  [
    "de-DE",
    /<html lang="de-DE">/,
    /494,40\s£ sind bis zum 3\. Juli 2024 zu zahlen\./,
    /Warum dieser Betrag\?/,
  ],
  ["fr", /<html lang="fr">/, /à payer au plus tard le 3 juillet 2024\./, /Pourquoi ce montant/],
  ["es-ES", /<html lang="es-ES">/, /a más tardar el 3 de julio de 2024\./, /¿Por qué este importe\?/],
  ["ja", /<html lang="ja">/, /2024年7月3日までに/, /この金額の理由/],
];
for (const [language, ...words] of languages) {
  Deno.test(`a customer who reads ${language} is told in it`, async () => {
    const { path } = await newInvoice({ language });
    const html = await (await app.get(path)).text();
    for (const pattern of words) assert.ok(pattern.test(html), String(pattern));
    assert.doesNotMatch(wordsOf(html), /Why this amount|Skip to|Download/);
  });
}

Deno.test("a line says how it came about, and a long invoice comes in pages that a phone can load", async () => {
  const { path } = await newInvoice({ vehicles: 45 });
  assert.match(await read(`${path}?why=1`), /How line 1 was worked out/);
  const seen = new Set<string>();
  let next: string | undefined = path;
  let pages = 0;
  while (next !== undefined) {
    const html: string = await (await app.get(next)).text();
    const body = new Response(html).body!.pipeThrough(new CompressionStream("gzip"));
    assert.ok((await new Response(body).bytes()).length <= 14_336);
    for (const [plate] of html.matchAll(/-V\d+/g)) seen.add(plate);
    next = /href="([^"]+)"[^>]*>(?:<[^>]+>)*Next lines/.exec(html)?.[1].replaceAll("&amp;", "&");
    assert.match(wordsOf(html), /£22,248\.00/);
    pages++;
  }
  assert.deepEqual([pages, seen.size], [3, 45]);
  assert.equal((await app.get(`${path}?why=46`)).status, 404);
});

Deno.test("an account with an IBAN and a debt in euros make a code for banking apps, and nothing else does", async () => {
  const seller = await insertTestBusiness(database, { prefix: "EUR" });
  const propose = { billingEntityId: seller.entityId, accountNumber: "", routingNumber: "" };
  const { bankDetailsId } = await execute(
    environment,
    proposeBankDetails,
    { tenantId: seller.tenantId, actor: testUser(crypto.randomUUID()) },
    {
      ...propose,
      accountHolder: "Calder Flotten GmbH",
      iban: "DE89 3704 0044 0532 0130 00",
      bic: "COBADEFFXXX",
      bankName: "",
    },
  );
  await withTenant(
    database,
    seller.tenantId,
    // the seller states its tax in pounds
    (db) => insertTestRate(db, "EUR/GBP", Temporal.PlainDate.from("2024-06-01"), "0.85"),
  );
  const before = await newInvoice({ seller, currency: "EUR" });
  assert.doesNotMatch(await (await app.get(before.path)).text(), /<svg role="img"/);
  await execute(environment, approveBankDetails, {
    tenantId: seller.tenantId,
    actor: testUser(crypto.randomUUID()),
  }, {
    bankDetailsId,
  });
  const html = await (await app.get(before.path)).text();
  assert.match(wordsOf(html), /DE89 3704 0044 0532 0130 00/);
  const text = "BCD\n002\n1\nSCT\nCOBADEFFXXX\nCalder Flotten GmbH\nDE89370400440532013000\nEUR494.40\n\n\n" +
    before.number;
  const { data, size } = encode(text, { border: 4, ecc: "M" });
  const path = data.map((row, y) =>
    [...row.map((dark) => dark ? "1" : "0").join("").matchAll(/1+/g)]
      .map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`).join("")
  ).join("");
  assert.ok(html.includes(`viewBox="0 0 ${size} ${size}"`) && html.includes(path));
  const pounds = await newInvoice();
  assert.doesNotMatch(await (await app.get(pounds.path)).text(), /<svg role="img"/);
});

Deno.test("the address of a link names what it opens, proves it by 128 bits, and asks often only so often", async () => {
  const { id, path } = await newInvoice();
  const token = readToken(path.split("/").at(-1)!)!;
  assert.deepEqual([token.tenantId, token.invoiceId, token.code.length], [tenantId, id, 16]);
  const statuses = new Set<number>();
  for (let count = 0; count < 125; count++) {
    const answer = await app.get(`/pay/${"A".repeat(64)}`);
    await answer.text();
    statuses.add(answer.status);
  }
  assert.deepEqual([...statuses], [404, 429]);
});
