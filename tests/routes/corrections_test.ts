/** Corrections as their readers see them: on the run, on both invoices and on the credit note, each with the way to the others. */
import assert from "node:assert/strict";
import { handlers } from "../../jobs/handlers/list.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import {
  addTrip,
  approveMonth,
  billMonths,
  newCorrectedBusiness,
  previewMonth,
  voidEvent,
} from "../support/corrected_business.ts";

const app = await testApp({ clock: new FixedClock("2024-07-02T09:00:00Z") });
const { environment } = app;
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await app.stop();
});

/** The text that a reader sees, without the marks, and the addresses of the links by their words. */
async function readPage(path: string, visitor: Awaited<ReturnType<typeof app.visitor>>) {
  const answer = await app.get(path, visitor);
  const html = await answer.text();
  assert.equal(answer.status, 200, `${path}: ${html.slice(-600)}`);
  const text = html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  const links = new Map(
    [...html.matchAll(/<a href="([^"]*)"[^>]*>(.*?)<\/a>/gs)].map(([, href, words]) => [
      words.replaceAll(/<span class="sr-only">.*?<\/span>|<[^>]*>/gs, "").trim(),
      href.replaceAll("&amp;", "&"),
    ]),
  );
  return { text, links };
}

Deno.test("a run, both invoices and the credit note say what is corrected and lead to one another", async () => {
  const business = await newCorrectedBusiness(environment);
  await billMonths(business, "2024-01", "2024-02");
  await addTrip(business, "late", "2024-01-20", "40");
  await voidEvent(business, "trip-02");
  const runId = await previewMonth(business, "2024-03");
  const biller = await app.visitor(business.tenantId, "biller");
  const run = await readPage(`/runs/${runId}`, biller);
  assert.match(run.text, /Corrects earlier periods/);
  assert.match(run.text, /2 corrections/);
  assert.match(run.text, /1–31 January 2024\. 1 usage event came late\..*£6\.00 none/);
  assert.match(run.text, /1–29 February 2024\. 1 usage event no longer counts\..*none £15\.00/);
  assert.match(run.text, /Credit notes with tax £18\.00/);
  const approver = await app.visitor(business.tenantId, "approver");
  const asked = await (await app.get(`/runs/${runId}`, approver)).text();
  assert.match(asked, /Approve 1 invoice, £519\.60, and credit notes of £18\.00/);
  await approveMonth(business, runId);
  const done = await readPage(`/runs/${runId}`, biller);
  assert.ok(done.links.has("Billed on CFS-2024-0003") && done.links.has("Credited by CFS-CN-2024-0001"));

  const first = await readPage(run.links.get("CFS-2024-0001")!, biller);
  assert.match(first.text, /What changed since CFS-2024-0003 Bills £6\.00 that was missing/);
  const third = await readPage(first.links.get("CFS-2024-0003")!, biller);
  assert.match(
    third.text,
    /Corrects CFS-2024-0001, 1–31 January 2024: 21\.00 instead of 15\.00\. 1 usage event came/,
  );
  assert.equal(third.links.get("Invoice CFS-2024-0001"), run.links.get("CFS-2024-0001"));
  const why = await readPage(`${first.links.get("CFS-2024-0003")}?why=3`, biller);
  assert.match(
    why.text,
    /Why £6\.00\?.*what is due for it now, less what was billed.*Quantity 140, before 100/,
  );

  const second = await readPage(run.links.get("CFS-2024-0002")!, biller);
  const note = await readPage(second.links.get("CFS-CN-2024-0001")!, biller);
  assert.match(note.text, /For 1–29 February 2024/);
  assert.match(note.text, /1–29 February 2024 was worked out again\. 1 usage event no longer counts\./);
  assert.match(note.text, /1–29 February 2024: 0\.00 instead of 15\.00/);
  assert.equal(note.links.get("March 2024 run"), `/runs/${runId}`);
  assert.equal(note.links.get("CFS-2024-0002"), run.links.get("CFS-2024-0002"));
});
