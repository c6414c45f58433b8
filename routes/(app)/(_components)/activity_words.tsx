/** What happened, in one sentence with a link to it: from the command and what the audit trail keeps of it. */
import type { ComponentChildren } from "preact";
import type { Activity } from "../../../lib/audit/views.ts";
import { contractFile } from "../../../lib/contracts/import_contracts.ts";
import { customerFile } from "../../../lib/customers/import_customers.ts";
import { type RecordForm, rowNouns } from "../../../lib/imports/record_file.ts";
import { planFile } from "../../../lib/plans/import_plans.ts";
import { entityFile } from "../../../lib/tenants/import_entities.ts";
import { vehicleFile } from "../../../lib/vehicles/import_vehicles.ts";
import { commandWords } from "./command_words.ts";
import { actorName, countOf } from "../invoices/(_components)/invoice_words.tsx";

/** The sentence behind who did it: "added the customer C-118". `href` stands where there is a page. */
export interface Words {
  verb: string;
  what: string;
  href?: string;
}

function text(detail: Record<string, unknown>, name: string): string {
  const value = detail[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What an event says that was done, to what, and where that is. */
export function wordsFor(
  { command, detail, subjectId }: Pick<Activity, "command" | "detail" | "subjectId">,
): Words {
  const reference = text(detail, "reference") || text(detail, "name");
  switch (command) {
    case "tenant.create":
      return { verb: "opened", what: "the books of this business" };
    case "billing_entity.create":
      return { verb: "added", what: `the billing entity ${reference}`, href: `/entities/${subjectId}` };
    case "billing_entity.update":
      return { verb: "changed", what: `the billing entity ${reference}`, href: `/entities/${subjectId}` };
    case "number_format.set":
      return { verb: "set", what: "how documents are numbered", href: `/entities/${subjectId}` };
    case "tax_registration.add":
      return {
        verb: "added",
        what: `the tax number ${text(detail, "number")}`,
        href: `/entities/${subjectId}`,
      };
    case "tax_registration.end":
      return { verb: "ended", what: "a tax registration", href: `/entities/${subjectId}` };
    case "customer.create":
      return { verb: "added", what: `the customer ${reference}`, href: `/customers/${subjectId}` };
    case "customer.update":
      return { verb: "changed", what: `the customer ${reference}`, href: `/customers/${subjectId}` };
    case "vehicle.create":
      return { verb: "added", what: `the vehicle ${reference}`, href: `/vehicles/${subjectId}` };
    case "vehicle.update":
      return { verb: "changed", what: `the vehicle ${reference}`, href: `/vehicles/${subjectId}` };
    case "rate_plan.create":
      return { verb: "added", what: `the plan ${reference}`, href: `/plans/${subjectId}` };
    case "contract.create":
      return { verb: "added", what: `the contract ${reference}`, href: `/contracts/${subjectId}` };
    case "customer.import":
      return importWords(customerFile.form, detail);
    case "vehicle.import":
      return importWords(vehicleFile.form, detail);
    case "contract.import":
      return importWords(contractFile.form, detail);
    case "rate_plan.import":
      return importWords(planFile.form, detail);
    case "billing_entity.import":
      return importWords(entityFile.form, detail);
    case "usage_import.finish":
      return { verb: "finished", what: "an import of usage", href: `/usage/${subjectId}` };
    case "usage_mapping.change":
      return { verb: "changed", what: "a mapping of columns", href: "/usage/mappings" };
    case "usage_mapping.remove":
      return { verb: "removed", what: "a mapping of columns", href: "/usage/mappings" };
    case "usage_event.record":
      return { verb: "sent", what: "usage", href: `/usage/${subjectId}` };
    case "invoice.draft":
      return { verb: "drafted", what: "an invoice", href: `/invoices/${subjectId}` };
    case "invoice.issue":
    case "invoice.issue_draft":
      return { verb: "issued", what: `invoice ${text(detail, "number")}`, href: `/invoices/${subjectId}` };
    case "invoice.send":
      return { verb: "sent", what: "an invoice", href: `/invoices/${subjectId}` };
    case "payment.record":
      return { verb: "recorded", what: "a payment", href: `/payments/${subjectId}` };
    case "payment.allocate":
      return { verb: "used the credit of", what: "a payment", href: `/payments/${subjectId}` };
    case "payment.reverse":
      return { verb: "reversed", what: "a payment", href: `/payments/${subjectId}` };
    case "invoice_run.prepare":
      return { verb: "prepared", what: `the run for ${text(detail, "month")}`, href: `/runs/${subjectId}` };
    case "invoice_run.set_schedule":
      return { verb: "set", what: "when runs are prepared", href: `/entities/${subjectId}` };
    case "invoice_run.approve":
      return { verb: "approved", what: "a run", href: `/runs/${subjectId}` };
    case "invoice_run.return":
      return { verb: "returned", what: "a run", href: `/runs/${subjectId}` };
    case "invoice_run.cancel":
      return { verb: "cancelled", what: "a run", href: `/runs/${subjectId}` };
    case "invoice_run.send":
      return { verb: "sent", what: "the invoices of a run", href: `/runs/${subjectId}` };
    case "invoice_run.close":
      return { verb: "finished", what: "a run", href: `/runs/${subjectId}` };
    case "member.set":
      return { verb: "gave", what: "someone a role" };
    case "bank_details.propose":
      return {
        verb: "proposed",
        what: "bank details",
        href: `/entities/${text(detail, "billingEntityId")}`,
      };
    case "bank_details.approve":
      return { verb: "approved", what: "bank details" };
    case "bank_details.refuse":
      return { verb: "refused", what: "bank details" };
    case "privacy.erase":
      return { verb: "erased", what: `a ${text(detail, "subject")}` };
    case "consent_text.write":
      return { verb: "wrote", what: "a text to agree to" };
    case "consent.record":
      return { verb: "recorded", what: "a consent", href: `/customers/${subjectId}/consents` };
    case "consent.withdraw":
      return { verb: "withdrew", what: "a consent", href: `/customers/${subjectId}/consents` };
    case "api_key.create":
      return { verb: "made", what: `a key for ${reference}` };
    case "api_key.succeed":
      return { verb: "made", what: "the successor of a key" };
    case "api_key.revoke":
      return { verb: "revoked", what: "a key" };
    case "identity_provider.set":
      return { verb: "set", what: "sign-in by the company's provider" };
    case "identity_provider.remove":
      return { verb: "turned off", what: "sign-in by the company's provider" };
    case "member.tie_identity":
      return { verb: "let in", what: "someone by the company's provider" };
    case "api_client.create":
      return { verb: "made", what: `an API client for ${reference}` };
    case "api_client.set_capabilities":
      return { verb: "changed", what: "what an API client may do" };
    case "api_client.end":
      return { verb: "ended", what: "an API client" };
    default:
      return commandWords(command);
  }
}

/** "imported 12 customers". */
function importWords(form: RecordForm, detail: Record<string, unknown>): Words {
  const { noun, nouns } = rowNouns(form);
  const added = typeof detail.added === "number" ? detail.added : 0;
  const what = added === 0 ? `no new ${noun}` : countOf(added, noun, nouns);
  return { verb: "imported", what: `${what} from ${text(detail, "fileName")}`, href: `/${form.file}` };
}

/** One sentence, for the feed; its place among the others tells links with the same words apart. */
export function describeActivity(activity: Activity, place: number): ComponentChildren {
  const { verb, what, href } = wordsFor(activity);
  const actor = actorName(activity.actor, activity.actorName);
  const who = actor.charAt(0).toUpperCase() + actor.slice(1);
  return href
    ? (
      <>
        {`${who} ${verb} `}
        <a href={href}>
          {what}
          <span class="sr-only">{`, entry ${place}`}</span>
        </a>.
      </>
    )
    : `${who} ${verb} ${what}.`;
}
