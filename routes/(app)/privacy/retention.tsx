/** How long things are kept and why, and what each country asks of issued documents. */
import { page } from "fresh";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { define, signedIn } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { countryName } from "../../../lib/core/country.ts";
import { type RetentionRow, retentionRows } from "../../../lib/core/retention_schedule.ts";
import { type DocumentTerm, documentTerms, otherTerm } from "../../../lib/privacy/document_terms.ts";
import { privacyTrail } from "./(_components)/request_words.tsx";

interface TermRow extends DocumentTerm {
  country: string;
}

export const handler = define.handlers({
  GET(ctx) {
    requireCapability(signedIn(ctx.state).session.actor, "privacy.manage");
    ctx.state.title = { page: "How long things are kept", section: "Privacy" };
    const terms = Object.entries(documentTerms).map(([code, term]) => ({
      ...term,
      country: countryName(code),
    }))
      .sort((one, other) => one.country.localeCompare(other.country, "en-GB"));
    return page({ terms: [...terms, { ...otherTerm, country: "Any other" }] });
  },
});

const rowColumns: Column<RetentionRow>[] = [
  { label: "What", cell: ({ what }) => what },
  { label: "Kept", cell: ({ kept }) => kept },
  { label: "Why", cell: ({ why }) => why },
];

const termColumns: Column<TermRow>[] = [
  { label: "Country", cell: ({ country }) => country },
  { label: "Years", figures: true, cell: ({ years }) => String(years) },
  { label: "From the end of the", cell: ({ from }) => from },
  { label: "Law", cell: ({ source }) => source },
];

export default define.page<typeof handler>(({ data: { terms } }) => (
  <>
    <PageHeader
      trail={privacyTrail}
      title="How long things are kept"
      state="A job deletes what is over, each day and by this table."
    />
    <Section id="schedule" title="What is kept" first>
      <Table
        caption="What is kept, for how long and why"
        captionHidden
        columns={rowColumns}
        rows={retentionRows()}
      />
    </Section>
    <Section id="documents" title="Issued documents">
      <p class="mb-4 max-w-prose">
        The country is that of the entity that issued them. A business year may end up to a year after the day
        of issue, so there one more year is kept.
      </p>
      <Table caption="Years by country" captionHidden columns={termColumns} rows={terms} />
    </Section>
  </>
));
