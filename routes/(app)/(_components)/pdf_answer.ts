/** A document of the tenant as a PDF file, which a browser that has these bytes already does not load again. */
import type { FreshContext } from "fresh";
import type { TenantDb } from "../../../db/tenant.ts";
import { withTenant } from "../../../db/tenant.ts";
import { signedIn, type State } from "../../../define.ts";
import type { NamedDocument } from "../../../lib/documents/views.ts";
import { attachmentNamed } from "./attached_file.ts";

export async function pdfAnswer(
  ctx: FreshContext<State>,
  read: (db: TenantDb) => Promise<NamedDocument>,
): Promise<Response> {
  const { tenantId } = signedIn(ctx.state);
  const { database } = ctx.state.environment;
  return await pdfResponse(ctx, await withTenant(database, tenantId, read, { readOnly: true }));
}

/** A document as the answer to whoever may have it. */
export async function pdfResponse(
  ctx: FreshContext<State>,
  { fileName, content }: NamedDocument,
  more: Record<string, string> = {},
): Promise<Response> {
  const bytes = await ctx.state.operations.documents.pdf(content);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  const etag = `"${digest.toHex()}"`;
  const headers = { ...more, etag, "content-disposition": attachmentNamed(fileName, "document") };
  const known = ctx.req.headers.get("if-none-match")?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known?.includes(etag)) return new Response(null, { status: 304, headers });
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, "content-type": "application/pdf" },
  });
}
