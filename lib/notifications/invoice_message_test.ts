/** What the customer reads: amount and day first, every sum, nothing that a name could turn into markup. */
import assert from "node:assert/strict";
import { type InvoiceToSend, writeInvoiceMessage } from "./invoice_message.tsx";

const invoice: InvoiceToSend = {
  number: "CFS-2024-0001",
  issueDate: Temporal.PlainDate.from("2024-06-03"),
  dueDate: Temporal.PlainDate.from("2024-07-03"),
  today: Temporal.PlainDate.from("2024-07-03"),
  currency: "GBP",
  subtotal: 41200n,
  taxTotal: 8240n,
  total: 49440n,
  openAmount: 39440n,
  creditedAmount: 0n,
  taxInclusive: false,
  seller: {
    name: "Calder Fleet Services Ltd",
    addressLines: ["Unit 4, Saltworks Road", "Halifax HX3 9QT"],
    taxNumbers: [{ country: "GB", kind: "vat", number: "GB 123" }],
  },
  buyer: { name: "Brightwater" },
  terms: { contract: "K-1", period: "1–31 January 2024" },
  isAttached: true,
  link: null,
};

Deno.test("the text says what is due, when, and how it comes to that", () => {
  const { subject, text } = writeInvoiceMessage(invoice);
  assert.equal(subject, "Invoice CFS-2024-0001 from Calder Fleet Services Ltd: £394.40 due 3 July 2024");
  assert.equal(text.split("\n")[0], "£394.40 is due by 3 July 2024.");
  assert.match(text, /^Before tax {4}£412\.00$/m);
  assert.match(text, /^Paid so far {3}£100\.00$/m);
  assert.match(text, /^Still to pay {2}£394\.40$/m);
  assert.match(text, /The whole invoice is attached\./);
  assert.doesNotMatch(writeInvoiceMessage({ ...invoice, isAttached: false }).text, /attached/);
});

Deno.test("the link stands alone on its line of the text and behind words of the HTML, or nowhere", () => {
  const link = "https://billing.calder.example/pay/abc-_1";
  const { text, html } = writeInvoiceMessage({ ...invoice, link });
  assert.ok(text.includes(`\n${link}\n`));
  assert.ok(html.includes(`<a href="${link}" `));
  const without = writeInvoiceMessage(invoice);
  assert.doesNotMatch(without.text + without.html, /each amount came about|<a /);
});

Deno.test("an invoice that is late says when it was due", () => {
  const today = invoice.dueDate.add({ days: 1 });
  assert.match(writeInvoiceMessage({ ...invoice, today }).text, /^£394\.40 was due on 3 July 2024\.$/m);
});

Deno.test("an invoice that is paid asks for nothing", () => {
  const { subject, text } = writeInvoiceMessage({ ...invoice, openAmount: 0n });
  assert.equal(subject, "Invoice CFS-2024-0001 from Calder Fleet Services Ltd: paid");
  assert.doesNotMatch(text, /reference|is due/);
});

Deno.test("an invoice over nothing, because discounts took all of it, is not called credited", () => {
  const { subject, text } = writeInvoiceMessage({
    ...invoice,
    subtotal: 0n,
    taxTotal: 0n,
    total: 0n,
    openAmount: 0n,
  });
  assert.equal(subject, "Invoice CFS-2024-0001 from Calder Fleet Services Ltd: nothing to pay");
  assert.equal(text.split("\n")[0], "Nothing is to pay for this invoice.");
});

Deno.test("tax that is included is said as a part of the total", () => {
  const { text } = writeInvoiceMessage({ ...invoice, taxInclusive: true });
  assert.match(text, /^Tax in the total {2}£82\.40$/m);
  assert.doesNotMatch(text, /Before tax/);
});

Deno.test("the HTML holds the same words, loads nothing, and takes a name as text", () => {
  const buyer = { name: `<img src=x onerror=alert(1)> & "Sons"` };
  const { html } = writeInvoiceMessage({ ...invoice, buyer });
  assert.match(html, /^<!DOCTYPE html><html lang="en-GB">/);
  assert.match(html, /<h1[^>]*>£394\.40 is due by 3 July 2024\.<\/h1>/);
  assert.match(html, /&lt;img src=x onerror=alert\(1\)> &amp;/);
  assert.doesNotMatch(html, /<(?:img|script|a|link)[ >]/);
  assert.ok(new TextEncoder().encode(html).length < 20_000);
});
