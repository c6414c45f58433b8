/** Opening what a customer's link leads to: read with the link's own rights, and noted once as opened. */
import type { FreshContext } from "fresh";
import type { TenantDb } from "../../../db/tenant.ts";
import type { State } from "../../../define.ts";
import { execute } from "../../../lib/core/command.ts";
import { linkHolder, noteInvoiceOpened } from "../../../lib/invoicing/link/commands.ts";
import { type OpenedLink, readByLink } from "../../../lib/invoicing/link/views.ts";

/** The address of these answers is a secret: nobody keeps a copy or lists it. */
export const linkHeaders = {
  "cache-control": "no-store",
  "x-robots-tag": "noindex, nofollow, noarchive",
};

/** Throws `NotFound` for a link that leads nowhere. */
export async function openByLink<Found>(
  ctx: FreshContext<State>,
  read: (db: TenantDb, invoiceId: string) => Promise<Found>,
): Promise<Found> {
  const { environment } = ctx.state;
  const { found, link } = await readByLink(environment, ctx.params.token, async (db, { invoiceId }) => {
    return { found: await read(db, invoiceId) };
  });
  if (link.openedAt === null && isReader(ctx, link)) {
    const { tenantId, invoiceId } = link;
    await execute(environment, noteInvoiceOpened, { tenantId, actor: linkHolder }, { invoiceId });
  }
  return found;
}

/** Neither a program that only looks ahead, nor someone of the business itself. */
function isReader({ req, state }: FreshContext<State>, { tenantId }: OpenedLink): boolean {
  if (req.method !== "GET" || state.session?.tenant?.id === tenantId) return false;
  const purpose = ["sec-purpose", "purpose", "x-moz"].map((name) => req.headers.get(name) ?? "").join(" ");
  return !/prefetch|preview/i.test(purpose);
}
