/** Imports of usage, and the way to start one: the file is kept at once and read in the background. */
import { type FreshContext, page } from "fresh";
import { Moment } from "../../../components/ui/date.tsx";
import type { FormError } from "../../../components/ui/error_summary.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { byHand, savedMappings } from "../../../lib/imports/saved_mappings.ts";
import { homeZone } from "../../../lib/tenants/views.ts";
import { offeredMappings } from "../../../lib/usage/mappings.ts";
import { type UsageImportPage, usageImports } from "../../../lib/usage/views.ts";
import { formErrors } from "../../(_components)/form_fields.ts";
import { countOf } from "../invoices/(_components)/invoice_words.tsx";
import { UsageList, type UsageListProps } from "./(_components)/usage_list.tsx";
import { keepUpload } from "./(_upload)/upload.ts";

export const handler = define.handlers({
  async GET(ctx) {
    ctx.state.title = { page: "Usage" };
    return page(await describe(ctx, savedMappings[0].name, []));
  },
  async POST(ctx) {
    const { environment, config } = ctx.state;
    const { session: { actor }, tenantId } = signedIn(ctx.state);
    requireCapability(actor, "usage.import"); // before the file is taken, not behind it
    const { upload, error } = await keepUpload(environment, { tenantId, actor }, ctx.req, config.uploadSize);
    if (!error) return ctx.redirect(upload.href, 303);
    if (!isMilepostError(error, "InvalidInput") && !isMilepostError(error, "TooLarge")) throw error;
    ctx.state.title = { page: "Usage", hasErrors: true };
    return page(await describe(ctx, upload.mapping, formErrors(error)), { status: error.status });
  },
});

export default define.page<typeof handler>(({ data }) => <UsageList {...data} />);

async function describe(
  { state, url }: FreshContext<State>,
  mapping: string,
  errors: FormError[],
): Promise<UsageListProps> {
  const { session, tenantId } = signedIn(state);
  const after = url.searchParams.get("after") ?? undefined;
  const [found, offered, zone] = await withTenant(
    state.environment.database,
    tenantId,
    (db) => Promise.all([usageImports(db, after), offeredMappings(db), homeZone(db)]),
    { readOnly: true },
  );
  return {
    state: found.count === 0
      ? "What vehicles did, before it is billed."
      : `${countOf(found.count, "import")} so far, the latest first.`,
    imports: describeRows(found, zone),
    pagination: {
      summary: `${found.imports.length} of ${countOf(found.count, "import")}`,
      previous: after ? { label: "Latest imports", href: "/usage" } : undefined,
      next: found.next ? { label: "Earlier imports", href: `/usage?after=${found.next}` } : undefined,
    },
    upload: session.actor.capabilities.has("usage.import")
      ? {
        mappings: [
          ...offered.map(({ mapping: { name, title }, usageMappingId }) => ({
            value: name,
            label: usageMappingId === undefined ? `${title} (${name})` : name,
          })),
          { value: byHand, label: "Map the columns by hand" },
        ],
        mapping,
        idempotencyKey: crypto.randomUUID(),
        errors,
        largest: `${state.config.uploadSize} MB`,
      }
      : undefined,
  };
}

function describeRows({ imports }: UsageImportPage, zone: string): UsageListProps["imports"] {
  const count = (value: bigint) => value.toLocaleString("en-GB");
  return imports.map(({ id, fileName, state, startedAt, events, duplicates, quarantined }) => ({
    href: `/usage/${id}`,
    fileName,
    state,
    started: <Moment instant={startedAt.toString()} zone={zone} />,
    events: count(events),
    duplicates: count(duplicates),
    quarantined: count(quarantined),
  }));
}
