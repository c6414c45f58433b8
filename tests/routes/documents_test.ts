/** The PDF of invoices, credit notes and statements, over plain HTTP and read back: figures, languages, tags, place of the address. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueCreditNote } from "../../lib/invoicing/credit/commands.ts";
import { findCreditNote } from "../../lib/invoicing/credit/views.ts";
import { explainLines, findInvoice, linesOnPaper } from "../../lib/invoicing/views.ts";
import { customerStatement } from "../../lib/ledger/views.ts";
import { invoiceContent } from "../../lib/documents/invoice_content.ts";
import { openTypesetter } from "../../lib/documents/typesetter.ts";
import { invoiceDocument } from "../../lib/documents/views.ts";
import { draftInvoice, issueInvoice } from "../../lib/invoicing/commands.ts";
import { voidInvoice } from "../../lib/invoicing/void/commands.ts";
import { writeOffInvoice } from "../../lib/invoicing/write_off/commands.ts";
import { recordPayment } from "../../lib/payments/commands.ts";
import { figuresIn } from "../../lib/documents/figures.ts";
import { languageOf } from "../../lib/documents/language.ts";
import { sayDetail } from "../../lib/documents/stored_words.ts";
import { approveBankDetails, proposeBankDetails } from "../../lib/tenants/bank_details.ts";
import { withTenant } from "../../db/tenant.ts";
import { testApp, type Visitor } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestBusiness,
  type TestCharge,
} from "../support/billing.ts";
import { testActor, testUser } from "../support/command.ts";
import { readPage, wordsOf } from "../support/pages.ts";
import { type PdfFile, readPdf, squeezed, tagsOf, wordsOfPdf } from "../support/pdf_file.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const { database } = environment;
const business = await insertTestBusiness(database, { name: "Calder" });
const viewer = await app.visitor(business.tenantId, "viewer");
const stranger = await app.visitor(await app.newTenant(), "admin");
let customers = 0;

interface Told {
  name?: string;
  language?: string;
  country?: string;
  addressLines?: string[];
  seller?: TestBusiness;
  /** What the first line is called. */
  charge?: string;
}

const tieredMiles: TestCharge = {
  ...perMile,
  reference: "tiered",
  name: "Distance by tier",
  price: {
    model: "graduated",
    tiers: [{ upTo: "1000", unit: "0.1275" }, { upTo: null, unit: "0.10", flat: "5.00" }],
  },
};

/** An invoice for January 2024 of a customer as told: a lease, distance by tiers, and a fee. */
async function newInvoice({ name, language, country, addressLines, seller = business, charge }: Told = {}) {
  const { tenantId } = seller;
  const reference = `D-${++customers}`;
  const { contractId, customerId } = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [{ ...lease, ...(charge ? { name: charge } : {}) }, tieredMiles]);
    const contract = await insertTestContract(db, seller, plan, { reference });
    const vehicleId = await insertTestVehicle(db, contract.contractId, `${reference}-V`, "2024-01-10");
    await insertTestUsage(db, [
      { id: `${reference}-1`, at: "2024-01-12T10:00:00Z", vehicleId, properties: { miles: "1534.5" } },
    ]);
    await db.query.updateTable("customer").set({
      ...(name ? { name } : {}),
      ...(country ? { country } : {}),
      ...(addressLines ? { address_lines: addressLines } : {}),
      language: language ?? null,
    }).where("tenant_id", "=", tenantId).where("id", "=", contract.customerId).execute();
    return contract;
  });
  const result = await execute(environment, issueInvoice, { tenantId, actor: testActor() }, {
    contractId,
    periodStart: "2024-01-01",
    periodEnd: "2024-02-01",
  });
  assert.ok(result.outcome === "issued");
  return {
    id: result.invoiceId,
    number: result.number,
    customerId,
    contractId,
    where: `/invoices/${result.invoiceId}/pdf`,
  };
}

/** A business elsewhere, with someone who may look. */
async function sellerIn(
  country: string,
  language: string,
): Promise<{ seller: TestBusiness; reader: Visitor }> {
  const seller = await insertTestBusiness(database);
  await withTenant(
    database,
    seller.tenantId,
    (db) =>
      db.query.updateTable("billing_entity").set({ country, language })
        .where("tenant_id", "=", seller.tenantId).execute(),
  );
  return { seller, reader: await app.visitor(seller.tenantId, "viewer") };
}

async function readBytes(path: string, visitor: Visitor = viewer): Promise<Uint8Array> {
  const answer = await app.get(path, visitor);
  assert.equal(answer.status, 200, path);
  assert.equal(answer.headers.get("content-type"), "application/pdf");
  return new Uint8Array(await answer.arrayBuffer());
}

const readFile = async (path: string, visitor?: Visitor) => await readPdf(await readBytes(path, visitor));

function assertSays(file: PdfFile, ...texts: string[]): void {
  const words = wordsOfPdf(file);
  for (const text of texts) {
    assert.ok(words.includes(squeezed(text)), `"${squeezed(text)}" is not in: ${words}`);
  }
}

const languages = {
  "en-GB": {
    title: "Invoice",
    page: "Page 1 of 2",
    tax: "Before VAT",
    whole: "Total",
    rate: "20%",
    period: "1–31 January 2024",
  },
  "de-DE": {
    title: "Rechnung",
    page: "Seite 1 von 2",
    tax: "Summe ohne USt",
    whole: "Gesamtbetrag",
    rate: "20 %",
    period: "1.–31. Januar 2024",
  },
  "fr-FR": {
    title: "Facture",
    page: "Page 1 sur 2",
    tax: "Total hors TVA",
    whole: "Total",
    rate: "20 %",
    period: "1–31 janvier 2024",
  },
  "es-ES": {
    title: "Factura",
    page: "Página 1 de 2",
    tax: "Total sin IVA",
    whole: "Total",
    rate: "20 %",
    period: "1–31 de enero de 2024",
  },
  "ja-JP": {
    title: "請求書",
    page: "1 / 2 ページ",
    tax: "VAT抜き合計",
    whole: "合計",
    rate: "20%",
    period: "2024年1月1日～2024年1月31日",
  },
};

for (const [language, said] of Object.entries(languages)) {
  Deno.test(`an invoice in ${language} says every figure of its page, and how each came about`, async () => {
    const { id, number, where } = await newInvoice({ language });
    const file = await readFile(where);
    const [invoice, workings] = await withTenant(
      database,
      business.tenantId,
      (db) => Promise.all([findInvoice(db, id, { limit: linesOnPaper }), explainLines(db, id)]),
    );
    const { words, figures } = languageOf(language);
    const { price, quantity, percent, number: plain } = figures;
    const inPounds = (minor: bigint) => figures.amount(minor, "GBP");
    assert.equal(file.language, language);
    assert.equal(file.title, `${said.title} ${number}`);
    assertSays(file, said.page, said.tax, said.whole, said.period, said.rate, number, "GB 123 4567 89");
    const rows = tagsOf(file, "TR").map(({ words }) => words);
    const assertRow = (...cells: string[]) => {
      const row = squeezed(cells.join(" "));
      assert.ok(rows.includes(row), `no row says "${row}":\n${rows.join("\n")}`);
    };
    for (const line of invoice.lines) {
      assertRow(
        String(line.position),
        line.description,
        sayDetail(line.detail, languageOf(language)),
        quantity(line.quantity!),
        line.unitPrice ? price(line.unitPrice, "GBP") : words.seeWorking,
        percent(line.taxPercent!),
        inPounds(line.amount),
      );
    }
    assertRow(said.tax, inPounds(invoice.subtotal));
    assertRow(words.taxes.vat, inPounds(invoice.taxTotal));
    assertRow(said.whole, inPounds(invoice.total));
    assertRow(words.totals.paidSoFar, inPounds(0n));
    assertRow(words.totals.stillToPay, inPounds(invoice.openAmount));
    for (const { category, percent: rate, base, amount } of invoice.taxes) {
      assertRow(`${category}, ${words.categories.S}`, percent(rate), inPounds(base), inPounds(amount));
    }
    assert.equal(invoice.taxes.length, 1);
    // The trace: 1,000 × 0.1275 and the rest at 0.10 with a fee.
    const [, appendix] = file.pages;
    for (const figure of ["1534.5", "1000", "0.1275", "534.5", "0.10", "5.00"]) {
      assert.ok(
        appendix.words.includes(squeezed(plain(figure))),
        `${plain(figure)} is not in ${appendix.words}`,
      );
    }
    if (language === "ja-JP") { // no English is left but names
      const names = /Plan plan-\w+|Lease|Distance by tier|PLATE [\w-]+|miles|trip|Calder Fleet Services Ltd/g;
      assert.doesNotMatch(appendix.words.replace(names, ""), /[A-Za-z]{4,}/);
    }
    assert.equal(workings.length, 2);
  });

  Deno.test(`an invoice in ${language} is tagged as PDF/UA asks`, async () => {
    const { where } = await newInvoice({ language });
    const file = await readFile(where);
    assert.ok(file.isMarked && file.showsTitle && file.claimsAccessible);
    assert.equal(tagsOf(file, "H1").length, 1);
    assert.deepEqual(tagsOf(file, "H1").map(({ words }) => words), [file.title]);
    assert.equal(tagsOf(file, "H2").length, 4); // lines, tax, how to pay, appendix
    assert.equal(tagsOf(file, "Table").length, 3);
    assert.deepEqual(
      tagsOf(file, "THead").slice(0, 1).flatMap(({ children }) =>
        children.flatMap(({ children }) => children.map(({ role }) => role))
      ),
      Array(6).fill("TH"),
    );
    assert.ok(tagsOf(file, "TFoot").length >= 1);
    for (const { texts } of file.pages) {
      for (const text of texts) assert.ok(text.isTagged || text.isArtifact, `"${text.text}" is not tagged`);
    }
    assert.ok(
      file.fonts.length > 0 && file.fonts.every(({ isEmbedded }) => isEmbedded),
      JSON.stringify(file.fonts),
    );
    assert.ok(!wordsOfPdf(file).includes("〓"));
  });
}

Deno.test("the account that is in force stands on the PDF and on the printed page, and a proposed one does not", async () => {
  const { seller, reader } = await sellerIn("DE", "de-DE");
  const { where } = await newInvoice({ seller });
  const person = (id: string) => testUser(`00000000-0000-7000-8000-00000000000${id}`);
  const { bankDetailsId } = await execute(
    environment,
    proposeBankDetails,
    { tenantId: seller.tenantId, actor: person("1") },
    {
      billingEntityId: seller.entityId,
      accountHolder: "Calder Fleet",
      iban: "GB29NWBK60161331926819",
      accountNumber: "",
      routingNumber: "",
      bic: "NWBKGB2L",
      bankName: "",
    },
  );
  assert.doesNotMatch(wordsOfPdf(await readFile(where, reader)), /GB29/);
  await execute(environment, approveBankDetails, { tenantId: seller.tenantId, actor: person("2") }, {
    bankDetailsId,
  });
  assertSays(
    await readFile(where, reader),
    "Kontoinhaber Calder Fleet",
    "GB29 NWBK 6016 1331 9268 19",
    "NWBKGB2L",
  );
  const printed = await readPage(app, where.replace("/pdf", "/print"), reader);
  assert.match(wordsOf(printed), /Account holder Calder Fleet IBAN GB29 NWBK 6016 1331 9268 19 BIC NWBKGB2L/);
});

Deno.test("without a language of its own a customer reads that of the entity, and an issued invoice keeps the one it had", async () => {
  const { seller, reader } = await sellerIn("DE", "de-DE");
  const { where, customerId } = await newInvoice({ seller });
  assert.match((await readFile(where, reader)).title, /^Rechnung /);
  await withTenant(
    database,
    seller.tenantId,
    (db) =>
      db.query.updateTable("customer").set({ language: "fr-FR" }).where("tenant_id", "=", seller.tenantId)
        .where("id", "=", customerId).execute(),
  );
  assert.match((await readFile(where, reader)).title, /^Rechnung /);
});

Deno.test("a language without documents is English", async () => {
  const { seller, reader } = await sellerIn("PL", "pl-PL");
  const file = await readFile((await newInvoice({ seller })).where, reader);
  assert.match(file.title, /^Invoice /);
  assert.equal(file.language, "en-GB");
});

Deno.test("the same document is the same bytes, and a browser that has them loads nothing", async () => {
  const { where, number } = await newInvoice();
  const first = await app.get(where, viewer);
  const etag = first.headers.get("etag")!;
  const bytes = new Uint8Array(await first.arrayBuffer());
  assert.match(
    first.headers.get("content-disposition")!,
    new RegExp(`^attachment; filename="${number}\\.pdf"`),
  );
  assert.match(first.headers.get("cache-control")!, /private/);
  const other = openTypesetter({ threads: 1 });
  const { content } = await withTenant(
    database,
    business.tenantId,
    (db) => invoiceDocument(db, environment, where.split("/")[2]),
  );
  const again = await other.pdf(content);
  await other.close();
  assert.deepEqual(again, bytes);
  const known = await app.get(where, viewer, { "if-none-match": `"other", ${etag}` });
  assert.equal(known.status, 304);
  assert.equal((await known.arrayBuffer()).byteLength, 0);
  const changed = await app.get(where, viewer, { "if-none-match": '"other"' });
  assert.equal(changed.status, 200);
  await changed.body?.cancel();
  assert.match((await readPdf(bytes)).created, /^D:20240603/);
});

Deno.test("markup in a name prints as itself, and so does what no font has", async () => {
  const name = String
    .raw`#panic("x") $x^2$ *b* _i_ \ ] [ #set page(width: 1cm) <label> @ref // /* "q" ${"`"}raw${"`"}`;
  const file = await readFile((await newInvoice({ name })).where);
  assertSays(file, name);
  const line = await readFile((await newInvoice({ charge: name, addressLines: [name.slice(0, 40)] })).where);
  assertSays(line, `${name}, PLATE`, name.slice(0, 40));
  const odd = await readFile(
    (await newInvoice({ name: "Søren 日本髙﨑 Ærø 🚚 한국 e\u0301 x\u0302" })).where,
  );
  assertSays(odd, "Søren", "日本髙﨑", "Ærø", "〓", "é");
});

const millimetre = 72 / 25.4;

/** The windows of envelopes all show 54 to 78 mm from the top, and from 20 mm (or 90 mm, on the right) on. */
function assertInWindow(
  { texts }: PdfFile["pages"][0],
  lines: string[],
  side: "left" | "right",
): void {
  for (const line of lines) {
    const found = texts.find(({ text }) => text === line);
    assert.ok(found, `"${line}" is not on the first page`);
    const [x, y] = [found.x / millimetre, found.y / millimetre];
    assert.ok(
      side === "left" ? x > 20 && x < 50 : x > 90 && x < 120,
      `"${line}" begins ${x} mm from the left`,
    );
    assert.ok(y > 54 && y < 79, `"${line}" stands ${y} mm from the top`);
  }
}

Deno.test("the address stands in the window: A4, Letter in the US, on the right in France; abroad with its country", async () => {
  const address = ["18 Canal Wharf", "Leeds LS11 5PS"];
  const british = await readFile((await newInvoice({ name: "Window Ltd" })).where);
  assertInWindow(british.pages[0], ["Window Ltd", ...address], "left");
  assert.equal(Math.round(british.pages[0].height / millimetre), 297);
  const us = await sellerIn("US", "en-US");
  const american = await readFile((await newInvoice({ name: "Window Ltd", ...us })).where, us.reader);
  assertInWindow(american.pages[0], ["Window Ltd", ...address, "UNITED KINGDOM"], "left");
  assert.deepEqual([american.pages[0].width, american.pages[0].height], [612, 792]);
  const fr = await sellerIn("FR", "fr-FR");
  const french = await readFile((await newInvoice({ name: "Window Ltd", ...fr })).where, fr.reader);
  assertInWindow(french.pages[0], ["Window Ltd", ...address, "ROYAUME-UNI"], "right");
});

Deno.test("what is not issued, or not one's own, has no PDF", async () => {
  const { where, contractId } = await newInvoice();
  const draft = await execute(
    environment,
    draftInvoice,
    { tenantId: business.tenantId, actor: testActor() },
    {
      contractId,
      periodStart: "2024-02-01",
      periodEnd: "2024-03-01",
    },
  );
  assert.ok("invoiceId" in draft);
  const refused = await app.get(`/invoices/${draft.invoiceId}/pdf`, viewer);
  assert.equal(refused.status, 404);
  assert.match(wordsOf(await refused.text()), /A draft has no PDF\. Issue it first\./);
  assert.doesNotMatch(await readPage(app, `/invoices/${draft.invoiceId}`, viewer), /Download the PDF/);
  assert.equal((await app.get(where, stranger)).status, 404);
  assert.equal((await app.get(where)).status, 303);
  assert.equal((await app.get("/invoices/nothing/pdf", viewer)).status, 404);
  assert.equal((await app.get("/credit-notes/nothing/pdf", viewer)).status, 404);
  assert.equal(
    (await app.get("/customers/nothing/statement/pdf?from=2024-01-01&to=2024-02-01", viewer)).status,
    404,
  );
});

Deno.test("a credit note names its original and says every figure of its page", async () => {
  const { id, number } = await newInvoice({ language: "de-DE" });
  const { creditNoteId } = await execute(environment, issueCreditNote, {
    tenantId: business.tenantId,
    actor: testActor(),
  }, {
    invoiceId: id,
    credit: { kind: "amount", amount: "100" },
    purpose: "concession",
    reason: "Van in the workshop",
  });
  assert.match(await readPage(app, `/credit-notes/${creditNoteId}`, viewer), /Download the PDF/);
  const file = await readFile(`/credit-notes/${creditNoteId}/pdf`);
  const note = await withTenant(database, business.tenantId, (db) => findCreditNote(db, creditNoteId));
  const { amount, day } = figuresIn("de-DE");
  assert.equal(file.title, `Rechnungskorrektur ${note.number}`);
  assertSays(
    file,
    `Zu Rechnung ${number}`,
    `Vom ${day(Temporal.PlainDate.from("2024-06-03"))}`,
    "Van in the workshop",
  );
  assertSays(file, ...[note.total, note.subtotal, note.taxTotal].map((minor) => amount(minor, "GBP")));
  for (const line of note.lines) assertSays(file, line.description, amount(line.amount, "GBP"));
  assert.ok(file.claimsAccessible);
  const after = await readFile(`/invoices/${id}/pdf`);
  assertSays(after, "Bisher gutgeschrieben", amount(note.total, "GBP"));
});

Deno.test("a statement says each entry with its balance, in the customer's language", async () => {
  const { id, number, customerId } = await newInvoice({ language: "fr-FR" });
  const caller = { tenantId: business.tenantId, actor: testActor() };
  await execute(environment, issueCreditNote, caller, {
    invoiceId: id,
    credit: { kind: "amount", amount: "50" },
    purpose: "concession",
    reason: "Goodwill",
  });
  await execute(environment, recordPayment, caller, {
    settles: { customerId, billingEntityId: business.entityId },
    currency: "GBP",
    amount: "120.00",
    receivedOn: "2024-06-02",
    method: "card",
    reference: "Ref 7",
  });
  const days = { from: Temporal.PlainDate.from("2024-06-01"), to: Temporal.PlainDate.from("2024-06-03") };
  const page = await readPage(
    app,
    `/customers/${customerId}/statement?from=2024-06-01&to=2024-06-03`,
    viewer,
  );
  const where = /href="([^"]*statement\/pdf[^"]*)"/.exec(page)![1].replaceAll("&amp;", "&");
  const file = await readFile(where);
  const [account] = await withTenant(
    database,
    business.tenantId,
    (db) => customerStatement(db, customerId, days),
  );
  const { amount } = figuresIn("fr-FR");
  assert.equal(file.title, "Relevé de compte");
  assertSays(file, `Facture ${number}`, "Avoir", `sur facture ${number}`, "Paiement", "par carte, Ref 7");
  assertSays(file, "Solde antérieur", `À payer au 3 juin 2024 ${amount(account.closing, "GBP")}`);
  for (const { balance } of account.entries) assertSays(file, amount(balance, "GBP"));
  assert.equal(account.entries.length, 3);
  for (const query of ["from=2024-06-03&to=2024-06-01", "from=soon&to=2024-06-01", ""]) {
    assert.equal((await app.get(`/customers/${customerId}/statement/pdf?${query}`, viewer)).status, 422);
  }
});

Deno.test("a void invoice says so and asks for nothing; one that is written off says what was", async () => {
  const caller = { tenantId: business.tenantId, actor: testActor() };
  const voided = await newInvoice({ language: "de-DE" });
  await execute(environment, voidInvoice, caller, { invoiceId: voided.id, reason: "Wrong customer" });
  const file = await readFile(voided.where);
  assert.equal(file.title, `Rechnung ${voided.number}, storniert`);
  assert.doesNotMatch(wordsOfPdf(file), /Noch zu zahlen|So zahlen Sie/);
  const lost = await newInvoice({ language: "de-DE" });
  const invoice = await withTenant(database, business.tenantId, (db) => findInvoice(db, lost.id));
  await execute(environment, writeOffInvoice, caller, {
    invoiceId: lost.id,
    reason: "Insolvent",
    claimsTax: false,
  });
  const { amount } = figuresIn("de-DE");
  const whole = amount(invoice.total, "GBP");
  assertSays(await readFile(lost.where), `Ausgebucht ${whole}`, `Noch zu zahlen ${amount(0n, "GBP")}`);
  const days = "from=2024-06-01&to=2024-06-03";
  const statement = await readFile(`/customers/${lost.customerId}/statement/pdf?${days}`);
  assertSays(statement, `Rechnung ${lost.number} ausgebucht`, "Zu zahlen am 3. Juni 2024");
  assertSays(
    await readFile(`/customers/${voided.customerId}/statement/pdf?${days}`),
    `Rechnung ${voided.number} storniert`,
  );
});

Deno.test("totals stay in one piece under the heads of their columns, wherever the page ends", async () => {
  const { id } = await newInvoice();
  const invoice = await withTenant(database, business.tenantId, (db) => findInvoice(db, id));
  const typesetter = openTypesetter({ threads: 1 });
  const pagesOfTotals = new Set<number>();
  for (let lines = 11; lines <= 21; lines++) {
    const repeated = Array.from(
      { length: lines },
      (_, index) => ({ ...invoice.lines[1], position: index + 1 }),
    );
    const bytes = await typesetter.pdf(invoiceContent({ ...invoice, lines: repeated }, [], []));
    const { pages } = await readPdf(bytes, { hasTags: false });
    const page = pages.findIndex(({ words }) => words.includes("Before VAT"));
    assert.match(
      pages[page].words,
      /Quantity Price VAT Amount .*Before VAT .* Total .* Paid so far .* Still to pay £/,
      `${lines} lines`,
    );
    pagesOfTotals.add(page);
  }
  await typesetter.close();
  assert.deepEqual([...pagesOfTotals], [0, 1]); // some end on the first page, some do not fit
});

/** The invoice with its one line again and again. */
async function longInvoice(lines: number): Promise<PdfFile> {
  const { id } = await newInvoice();
  const [invoice, workings] = await withTenant(
    database,
    business.tenantId,
    (db) => Promise.all([findInvoice(db, id), explainLines(db, id)]),
  );
  const repeated = Array.from(
    { length: lines },
    (_, index) => ({ ...invoice.lines[1], position: index + 1 }),
  );
  const explained = repeated.map((line) => ({ line, steps: workings[1].steps }));
  const typesetter = openTypesetter({ threads: 1 });
  const bytes = await typesetter.pdf(invoiceContent({ ...invoice, lines: repeated }, explained, []));
  await typesetter.close();
  return await readPdf(bytes, { hasTags: false });
}

for (const lines of [300, 1000]) {
  Deno.test(`an invoice of ${lines} lines: heads repeat, totals stay together, every page is numbered`, async () => {
    const file = await longInvoice(lines);
    const count = file.pages.length;
    file.pages.forEach(({ words }, index) => assert.ok(words.includes(`Page ${index + 1} of ${count}`)));
    const first = file.pages.findIndex(({ words }) => words.includes("Appendix:"));
    const [document, appendix] = [file.pages.slice(0, first), file.pages.slice(first)];
    const withLines = document.filter(({ words }) => words.includes("Distance by tier"));
    assert.ok(withLines.length >= lines / 60);
    for (const { words } of withLines) assert.match(words, /Line What Quantity Price VAT Amount/);
    for (const { words } of appendix) assert.match(words, /Step Calculation Result/);
    const totals = document.filter(({ words }) => /Before VAT/.test(words));
    assert.equal(totals.length, 1);
    assert.match(totals[0].words, /Before VAT .* VAT .* Total .* Paid so far .* Still to pay/);
    assert.equal(
      (appendix.map(({ words }) => words).join(" ").match(/Line \d+: Distance by tier/g) ?? []).length,
      lines,
    );
  });
}
