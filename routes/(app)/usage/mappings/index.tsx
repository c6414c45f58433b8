/** The mappings that people of this business made, by name. */
import { page } from "fresh";
import { Moment } from "../../../../components/ui/date.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { homeZone } from "../../../../lib/tenants/views.ts";
import { ownMappings } from "../../../../lib/usage/mappings.ts";
import { MappingList } from "../(_components)/mappings_page.tsx";

const doneSentences: Readonly<Record<string, string>> = {
  changed: "The mapping is saved. The next file is read by it.",
  removed: "The mapping is no longer offered.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const [mappings, zone] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => Promise.all([ownMappings(db), homeZone(db)]),
      { readOnly: true },
    );
    const mayChange = session.actor.capabilities.has("usage.import");
    ctx.state.title = { page: "Mappings", section: "Usage" };
    return page({
      done: doneSentences[ctx.url.searchParams.get("done") ?? ""],
      mappings: mappings.map(({ id, name, createdAt, terms: { form, delimiter = ",", source } }) => ({
        name,
        href: mayChange ? `/usage/mappings/${id}` : undefined,
        form: form === "ndjson" ? "lines of JSON" : `CSV with ${delimiter === "\t" ? "tabs" : delimiter}`,
        source,
        saved: <Moment instant={createdAt.toString()} zone={zone} />,
      })),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <MappingList {...data} />);
