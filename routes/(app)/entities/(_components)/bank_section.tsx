/** The part of an entity's page that says into which account its customers pay, by the end of its number alone. */
import { dayAndTime } from "../../../../components/ui/date.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { maskedText } from "../../../../lib/tenants/bank_account.ts";
import type { BankDetails } from "../../../../lib/tenants/views.ts";
import { actorName, Missing } from "../../invoices/(_components)/invoice_words.tsx";

export interface BankSectionProps {
  inForce?: BankDetails;
  proposed?: BankDetails;
  zone: string;
  /** `/entities/<id>/bank-details`. */
  here: string;
  mayPropose: boolean;
  mayApprove: boolean;
}

export function BankSection({ inForce, proposed, zone, here, mayPropose, mayApprove }: BankSectionProps) {
  const facts: Fact[] = [
    { label: "In force", value: inForce ? maskedText(inForce) : <Missing>none</Missing> },
    ...(proposed
      ? [
        { label: "Waits for approval", value: maskedText(proposed) },
        { label: "Proposed by", value: actorName(proposed.proposedBy, proposed.proposedByName) },
        { label: "Proposed", value: <ProposedAt at={proposed.proposedAt} zone={zone} /> },
      ]
      : []),
  ];
  return (
    <Section
      id="bank"
      title="Bank details"
      aside={proposed
        ? mayApprove && <TapLink href={`${here}/${proposed.id}`}>Look at the change</TapLink>
        : mayPropose && <TapLink href={`${here}/new`}>{inForce ? "Change them" : "Add them"}</TapLink>}
    >
      <Facts facts={facts} />
    </Section>
  );
}

function ProposedAt({ at, zone }: { at: Temporal.Instant; zone: string }) {
  const text = at.toString({ smallestUnit: "second" });
  return <time datetime={text}>{dayAndTime(text, zone, 0)}</time>;
}
