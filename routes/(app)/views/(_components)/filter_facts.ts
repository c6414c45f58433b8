/** What a saved filter says, in the words of its list. */
import type { Fact } from "../../../../components/ui/facts.tsx";
import { longDate } from "../../../../components/ui/date.tsx";
import type { TenantDb } from "../../../../db/tenant.ts";
import { parseDate } from "../../../../lib/core/input.ts";
import type { FilteredList } from "../../../../lib/saved_views/views.ts";
import { customerName, planName } from "../../(_components)/filter_names.ts";
import { statuses as invoiceStatuses } from "../../invoices/(_components)/invoice_words.tsx";
import { statuses as paymentStatuses } from "../../payments/(_components)/payment_words.tsx";

const labels: Record<string, string> = {
  status: "Status",
  search: "Search",
  issued_from: "Issued from",
  issued_to: "Issued to",
  received_from: "Received from",
  received_to: "Received to",
  customer: "Customer",
  plan: "Plan",
};

export async function describeFilter(
  db: TenantDb,
  list: FilteredList,
  query: URLSearchParams,
): Promise<Fact[]> {
  return await Promise.all(
    [...query].map(async ([name, value]) => ({
      label: labels[name],
      value: await wordsOf(db, list, name, value),
    })),
  );
}

async function wordsOf(db: TenantDb, list: FilteredList, name: string, value: string): Promise<string> {
  switch (name) {
    case "search":
      return `“${value}”`;
    case "status": {
      const known = list === "payments" ? paymentStatuses : invoiceStatuses;
      return known.find((status) => status.value === value)?.label ?? value;
    }
    case "customer":
      return await customerName(db, value) ?? value;
    case "plan":
      return await planName(db, value) ?? value;
    default:
      return parseDate(value) ? longDate(value) : value;
  }
}
