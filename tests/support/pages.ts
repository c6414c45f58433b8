/** Reading pages in tests as a browser without script would: their words, and the hidden values of their forms. */
import assert from "node:assert/strict";
import type { TestApp, Visitor } from "./app.ts";

/** The page at a path; fails with its words if the status is another. */
export async function readPage(app: TestApp, path: string, visitor: Visitor, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${wordsOf(text).slice(0, 600)}`);
  return text;
}

/** Sends a form and gives where the answer leads; fails with the page's words if it leads nowhere. */
export async function sendForm(
  app: TestApp,
  path: string,
  fields: Record<string, string>,
  visitor: Visitor,
): Promise<string> {
  const answer = await app.post(path, fields, visitor);
  const text = await answer.text();
  assert.equal(answer.status, 303, `${path}: ${answer.status} ${wordsOf(text).slice(0, 600)}`);
  return answer.headers.get("location")!;
}

/** Sends a form that must come back, and gives the page. */
export async function sendRefusedForm(
  app: TestApp,
  path: string,
  fields: Record<string, string>,
  visitor: Visitor,
  status = 422,
): Promise<string> {
  const answer = await app.post(path, fields, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${wordsOf(text).slice(0, 600)}`);
  return text;
}

/** The values of the page's form that posts to an address: hidden ones, and what the fields hold. */
export function fieldsOf(page: string, action: string): Record<string, string> {
  const form = page.split("<form").find((part) => part.includes(`action="${action}"`));
  assert.ok(form, `no form posts to ${action}`);
  const inner = form.split("</form>")[0];
  const attribute = (tag: string, name: string) =>
    (new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "")
      .replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
  const fields: Record<string, string> = {};
  for (const [tag] of inner.matchAll(/<input[^>]*>/g)) {
    const isBox = ["checkbox", "radio"].includes(attribute(tag, "type"));
    if (!isBox || / checked/.test(tag)) fields[attribute(tag, "name")] = attribute(tag, "value");
  }
  for (const [, tag, options] of inner.matchAll(/(<select[^>]*>)([\s\S]*?)<\/select>/g)) {
    const chosen = /<option[^>]* selected[^>]*>/.exec(options)?.[0] ?? /<option[^>]*>/.exec(options)?.[0] ??
      "";
    fields[attribute(tag, "name")] = attribute(chosen, "value");
  }
  return fields;
}

/** The words of a page, without its styles. */
export function wordsOf(page: string): string {
  return page.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}
