/** The part of an entity's page that shows how its documents are numbered: the next number, and what is set for the series after. */
import { TapLink } from "../../../../components/ui/link.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { type Column, Table } from "../../../../components/ui/table.tsx";
import type { DocumentType } from "../../../../lib/core/number_format.ts";
import type { Numbering } from "../../../../lib/tenants/views.ts";
import { Missing } from "../../invoices/(_components)/invoice_words.tsx";

/** The documents of a type, and the last part of the path to their settings. */
export const documentNames: Record<DocumentType, { many: string; path: string }> = {
  invoice: { many: "Invoices", path: "invoices" },
  credit_note: { many: "Credit notes", path: "credit-notes" },
};

export interface NumbersSectionProps {
  numberings: Numbering[];
  /** `/entities/<id>/numbers`, for a reader who may change them. */
  changeHref?: string;
}

export function NumbersSection({ numberings, changeHref }: NumbersSectionProps) {
  return (
    <Section id="numbers" title="Numbers">
      <Table
        caption="Numbers, by document"
        captionHidden
        columns={columnsOf(changeHref)}
        rows={numberings}
      />
    </Section>
  );
}

function columnsOf(changeHref?: string): Column<Numbering>[] {
  const columns: Column<Numbering>[] = [
    { label: "Documents", cell: (row) => documentNames[row.documentType].many },
    { label: "Next number", cell: (row) => row.nextNumber },
    {
      label: "Next year",
      cell: (row) =>
        row.isNew ? `${row.firstNumber}, from ${row.fromYear}` : <Missing>the same form</Missing>,
    },
  ];
  if (!changeHref) return columns;
  return [...columns, {
    label: "Change",
    hiddenLabel: true,
    cell: ({ documentType }) => {
      const { many, path } = documentNames[documentType];
      return <TapLink href={`${changeHref}/${path}`} about={many}>Change</TapLink>;
    },
  }];
}
