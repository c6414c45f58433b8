/** Every migration in the order in which it runs; a listed one never changes. */
import * as house from "./0001_house.ts";
import * as invoiceRun from "./0002_invoice_run.ts";
import * as payment from "./0003_payment.ts";
import * as apiKey from "./0004_api_key.ts";
import * as usageImportColumns from "./0005_usage_import_columns.ts";
import * as paymentCredit from "./0006_payment_credit.ts";
import * as contractPlanIndex from "./0007_contract_plan_index.ts";
import * as usageCorrection from "./0008_usage_correction.ts";
import * as invoiceRunPolicy from "./0009_invoice_run_policy.ts";
import * as usageMapping from "./0010_usage_mapping.ts";
import * as delivery from "./0011_delivery.ts";
import * as savedView from "./0012_saved_view.ts";
import * as runSchedule from "./0013_run_schedule.ts";
import * as taxRegistration from "./0014_tax_registration.ts";
import * as contractTerm from "./0015_contract_term.ts";
import * as coupon from "./0016_coupon.ts";
import * as wallet from "./0017_wallet.ts";
import * as contractAmendment from "./0018_contract_amendment.ts";
import * as billingRhythm from "./0019_billing_rhythm.ts";
import * as creditNote from "./0020_credit_note.ts";
import * as rederivation from "./0021_rederivation.ts";
import * as priceIndex from "./0022_price_index.ts";
import * as numberFormat from "./0029_number_format.ts";
import * as invoiceOfContract from "./0030_invoice_of_contract.ts";
import * as chargeTiming from "./0031_charge_timing.ts";
import * as accountMail from "./0032_account_mail.ts";
import * as twoStep from "./0033_two_step.ts";
import * as passkey from "./0034_passkey.ts";
import * as sessionProof from "./0035_session_proof.ts";
import * as heldForm from "./0036_held_form.ts";
import * as customRole from "./0037_custom_role.ts";
import * as bankDetails from "./0040_bank_details.ts";
import * as privacy from "./0041_privacy.ts";
import * as consent from "./0042_consent.ts";
import * as auditSeal from "./0044_audit_seal.ts";
import * as auditAnchor from "./0045_audit_anchor.ts";
import * as apiKeyTerm from "./0046_api_key_term.ts";
import * as apiClient from "./0047_api_client.ts";
import * as singleSignOn from "./0048_single_sign_on.ts";
import * as customerLanguage from "./0051_customer_language.ts";
import * as voidAndWriteOff from "./0053_void_and_write_off.ts";
import * as tenantKey from "./0056_tenant_key.ts";
import * as taxRules from "./0065_tax_rules.ts";
import * as lineTaxTrace from "./0066_line_tax_trace.ts";
import * as invoiceOfOwn from "./0070_invoice_of_own.ts";
import * as manualInvoice from "./0071_manual_invoice.ts";
import * as exchangeRate from "./0075_exchange_rate.ts";
import * as taxCurrency from "./0076_tax_currency.ts";
import * as invoiceLink from "./0080_invoice_link.ts";

/** A migration's name is kept in the database; its statements run in one transaction as the owner. */
export interface Migration {
  readonly name: string;
  readonly statements: string;
}

export const migrations: readonly Migration[] = [
  { name: "0001_house", statements: house.statements },
  { name: "0002_invoice_run", statements: invoiceRun.statements },
  { name: "0003_payment", statements: payment.statements },
  { name: "0004_api_key", statements: apiKey.statements },
  { name: "0005_usage_import_columns", statements: usageImportColumns.statements },
  { name: "0006_payment_credit", statements: paymentCredit.statements },
  { name: "0007_contract_plan_index", statements: contractPlanIndex.statements },
  { name: "0008_usage_correction", statements: usageCorrection.statements },
  { name: "0009_invoice_run_policy", statements: invoiceRunPolicy.statements },
  { name: "0010_usage_mapping", statements: usageMapping.statements },
  { name: "0011_delivery", statements: delivery.statements },
  { name: "0012_saved_view", statements: savedView.statements },
  { name: "0013_run_schedule", statements: runSchedule.statements },
  { name: "0014_tax_registration", statements: taxRegistration.statements },
  { name: "0015_contract_term", statements: contractTerm.statements },
  { name: "0016_coupon", statements: coupon.statements },
  { name: "0017_wallet", statements: wallet.statements },
  { name: "0018_contract_amendment", statements: contractAmendment.statements },
  { name: "0019_billing_rhythm", statements: billingRhythm.statements },
  { name: "0020_credit_note", statements: creditNote.statements },
  { name: "0021_rederivation", statements: rederivation.statements },
  { name: "0022_price_index", statements: priceIndex.statements },
  { name: "0029_number_format", statements: numberFormat.statements },
  { name: "0030_invoice_of_contract", statements: invoiceOfContract.statements },
  { name: "0031_charge_timing", statements: chargeTiming.statements },
  { name: "0032_account_mail", statements: accountMail.statements },
  { name: "0033_two_step", statements: twoStep.statements },
  { name: "0034_passkey", statements: passkey.statements },
  { name: "0035_session_proof", statements: sessionProof.statements },
  { name: "0036_held_form", statements: heldForm.statements },
  { name: "0037_custom_role", statements: customRole.statements },
  { name: "0040_bank_details", statements: bankDetails.statements },
  { name: "0041_privacy", statements: privacy.statements },
  { name: "0042_consent", statements: consent.statements },
  { name: "0044_audit_seal", statements: auditSeal.statements },
  { name: "0045_audit_anchor", statements: auditAnchor.statements },
  { name: "0046_api_key_term", statements: apiKeyTerm.statements },
  { name: "0047_api_client", statements: apiClient.statements },
  { name: "0048_single_sign_on", statements: singleSignOn.statements },
  { name: "0051_customer_language", statements: customerLanguage.statements },
  { name: "0053_void_and_write_off", statements: voidAndWriteOff.statements },
  { name: "0056_tenant_key", statements: tenantKey.statements },
  { name: "0065_tax_rules", statements: taxRules.statements },
  { name: "0066_line_tax_trace", statements: lineTaxTrace.statements },
  { name: "0070_invoice_of_own", statements: invoiceOfOwn.statements },
  { name: "0071_manual_invoice", statements: manualInvoice.statements },
  { name: "0075_exchange_rate", statements: exchangeRate.statements },
  { name: "0076_tax_currency", statements: taxCurrency.statements },
  { name: "0080_invoice_link", statements: invoiceLink.statements },
];
