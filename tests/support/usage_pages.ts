/** Sending files of usage to the pages as a browser without script does, and waiting until they are read. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import type { TestApp, Visitor } from "./app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  perMile,
} from "./billing.ts";

/** A business with the vehicle V-1 on the contract K-1, and a biller of it. */
export async function newFleet(app: TestApp): Promise<{ tenantId: string; biller: Visitor }> {
  const { database } = app.environment;
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1");
  });
  return { tenantId, biller: await app.visitor(tenantId, "biller") };
}

/** A form with a file, as a browser sends it; a streamed one does not say how long it is. */
export async function sendUpload(
  app: TestApp,
  biller: Visitor,
  form: FormData,
  { isStreamed = false } = {},
): Promise<Response> {
  const encoded = new Response(form);
  const headers = {
    origin: app.origin,
    "sec-fetch-site": "same-origin",
    cookie: biller.cookie,
    "content-type": encoded.headers.get("content-type")!,
  };
  const body = isStreamed ? encoded.body : await encoded.bytes();
  return await fetch(`${app.url}/usage`, { method: "POST", body, headers, redirect: "manual" });
}

export interface UploadOptions {
  mapping?: string;
  name?: string;
  key?: string;
  isStreamed?: boolean;
}

export async function upload(
  app: TestApp,
  biller: Visitor,
  content: string | Uint8Array,
  { mapping = "fleet-usage", name = "march.csv", key = crypto.randomUUID(), isStreamed }: UploadOptions = {},
): Promise<Response> {
  const form = new FormData();
  form.set("key", key);
  form.set("mapping", mapping);
  form.set("file", new File([content as BlobPart], name));
  return await sendUpload(app, biller, form, { isStreamed });
}

/** Waits until a worker is through with the import at a path, and gives its page. */
export async function readImport(app: TestApp, biller: Visitor, path: string): Promise<string> {
  while (true) {
    const page = await (await app.get(path, biller)).text();
    if (!page.includes("Reading the rows")) return page;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Uploads, waits until the worker is through, and gives path and page of the import. */
export async function importFile(
  app: TestApp,
  biller: Visitor,
  content: string | Uint8Array,
  options?: UploadOptions,
): Promise<{ path: string; page: string }> {
  const answer = await upload(app, biller, content, options);
  assert.equal(answer.status, 303, await answer.text());
  const path = answer.headers.get("location")!;
  return { path, page: await readImport(app, biller, path) };
}

/** One of the figures of an import, or of a preview. */
export function figureOf(page: string, label: string): string | undefined {
  return new RegExp(`${label}</dt><dd[^>]*>([^<]+)`).exec(page)?.[1];
}
