/** The texts to which customers agree, in their versions. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { type Column, Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { listConsentTexts, type ListedConsentText } from "../../../../lib/privacy/views.ts";
import { privacyTrail, RequestedOn } from "../(_components)/request_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "privacy.manage");
    const { database } = ctx.state.environment;
    const texts = await withTenant(database, tenantId, listConsentTexts, { readOnly: true });
    ctx.state.title = { page: "Consents", section: "Privacy" };
    return page({ texts, isDone: ctx.url.searchParams.get("done") === "written" });
  },
});

const columns: Column<ListedConsentText>[] = [
  { label: "Purpose", cell: ({ purpose }) => purpose },
  { label: "Version", figures: true, cell: ({ version }) => String(version) },
  { label: "Words", cell: ({ words }) => words },
  { label: "Since", cell: ({ writtenAt }) => <RequestedOn at={writtenAt} /> },
  { label: "Customers who agree", figures: true, cell: ({ inForce }) => inForce.toString() },
];

export default define.page<typeof handler>(({ data: { texts, isDone } }) => (
  <>
    {isDone && (
      <Notice tone="good">The text is saved. Record a consent to it on the page of a customer.</Notice>
    )}
    <PageHeader
      trail={privacyTrail}
      title="Consents"
      state="The texts to which customers agree. A version stays as it is."
      actions={<ButtonLink kind="go" icon="add" href="/privacy/consents/new">Add a text</ButtonLink>}
    />
    {texts.length === 0 ? <Empty main sentence="No text yet." /> : (
      <Table
        caption="Texts by purpose, the newest version first"
        captionHidden
        columns={columns}
        rows={texts}
      />
    )}
  </>
));
