/** The part of a contract's page that shows what is agreed beside its plan. */
import { Empty } from "../../../../components/ui/empty.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface ContractTermRow {
  name: string;
  sentence: string;
  /** "1 March 2024, no end". */
  days: string;
  /** For a reader who may, while it is not over. */
  endHref?: string;
}

export interface ContractTermsProps {
  /** "Agreed terms" if left out. */
  title?: string;
  /** Of no term at all. */
  none?: string;
  /** In the order in which they were agreed. */
  terms: ContractTermRow[];
  /** For a reader who may agree one. */
  newTerms: { label: string; href: string }[];
}

export function ContractTerms({ title = "Agreed terms", none, terms, newTerms }: ContractTermsProps) {
  const links = newTerms.map(({ label, href }) => <TapLink key={href} href={href} small>{label}</TapLink>);
  return (
    <Section
      id="terms"
      title={title}
      aside={links.length > 0 && <span class="flex flex-wrap gap-x-4">{links}</span>}
    >
      <Terms terms={terms} none={none} />
    </Section>
  );
}

function Terms(
  { terms, none = "Nothing is agreed beside the plan." }: Pick<ContractTermsProps, "terms" | "none">,
) {
  if (terms.length === 0) return <Empty sentence={none} />;
  const mayEnd = terms.some(({ endHref }) => endHref !== undefined);
  return (
    <Table
      caption="What is agreed beside the plan, in the order in which it was agreed"
      captionHidden
      columns={[
        { label: "Term", cell: (term) => term.name },
        { label: "What it does", cell: (term) => <span class="block max-w-prose">{term.sentence}</span> },
        { label: "Periods that begin", cell: (term) => term.days },
        ...(mayEnd
          ? [{
            label: "Change",
            hiddenLabel: true,
            cell: (term: ContractTermRow) =>
              term.endHref
                ? <TapLink href={term.endHref} about={term.name} unbroken>End it</TapLink>
                : <span class="text-ink-2">ended</span>,
          }]
          : []),
      ]}
      rows={terms}
    />
  );
}
