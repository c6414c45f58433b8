/** One request to erase someone: how far it is, and the documents that are kept hidden. */
import { page } from "fresh";
import { Day } from "../../../../components/ui/date.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { type Column, Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import {
  findPrivacyRequest,
  type IssuedDocument,
  type PrivacyRequest,
} from "../../../../lib/privacy/views.ts";
import { actorName, Missing } from "../../invoices/(_components)/invoice_words.tsx";
import { privacyTrail, RequestedOn, stateWords, subjectWords } from "../(_components)/request_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "privacy.manage");
    const { database } = ctx.state.environment;
    const found = await withTenant(database, tenantId, (db) => findPrivacyRequest(db, ctx.params.id), {
      readOnly: true,
    });
    ctx.state.title = { page: "Erasure", section: "Privacy" };
    return page(found, { headers: { "cache-control": "no-store" } });
  },
});

const sentences: Record<PrivacyRequest["state"], string> = {
  accepted: "Names are gone. Messages follow within a minute.",
  restricted: "What the law does not keep is gone. Documents are hidden everywhere but here.",
  done: "Nothing here names this person or company any more.",
};

export default define.page<typeof handler>(({ data: { request, documents } }) => (
  <>
    <PageHeader
      trail={privacyTrail}
      title={`${subjectWords(request)}, ${stateWords(request)}`}
      state={sentences[request.state]}
    />
    <Facts facts={factsOf(request)} />
    {documents.length > 0 && (
      <Section id="documents" title="Documents that are kept">
        <p class="mb-4 max-w-prose">
          Show them to a tax office that asks, and use them for nothing else. On their last day the names go
          from them by themselves.
        </p>
        <Table caption="Documents, the newest first" captionHidden columns={columns} rows={documents} />
      </Section>
    )}
  </>
));

function factsOf(request: PrivacyRequest): Fact[] {
  const { restrictedUntil, requestedAt, requestedBy, requestedByName, finishedAt } = request;
  return [
    { label: "Asked for", value: <RequestedOn at={requestedAt} /> },
    { label: "Asked by", value: actorName(requestedBy, requestedByName) },
    {
      label: "Documents kept until",
      value: restrictedUntil ? <Day date={restrictedUntil.toString()} /> : <Missing>no documents</Missing>,
    },
    { label: "Finished", value: finishedAt ? <RequestedOn at={finishedAt} /> : <Missing>not yet</Missing> },
  ];
}

interface Buyer {
  name: string;
  email: string | null;
  addressLines: string[];
}

const columns: Column<IssuedDocument>[] = [
  { label: "Number", cell: ({ number }) => number },
  { label: "Issued", cell: ({ issued }) => <Day date={issued.toString()} /> },
  {
    label: "Issued to",
    cell: ({ buyer }) => {
      const { name, addressLines, email } = buyer as Buyer;
      return [name, ...addressLines, email].filter(Boolean).map((line) => (
        <span key={line} class="block">{line}</span>
      ));
    },
  },
];
