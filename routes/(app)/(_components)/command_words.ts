/** Commands in words, for the audit trail: what was done and to what, where the feed of the home page does not say it. */

/** Verb and thing, finishing a sentence that begins with who did it. */
const words: Readonly<Record<string, readonly [verb: string, what: string]>> = {
  "sign_in.succeed": ["signed", "in"],
  "sign_in.fail": ["failed", "to sign in"],
  "account.set_password": ["set", "a new password"],
  "account.end_session": ["ended", "a session"],
  "account.new_recovery_codes": ["made", "new recovery codes"],
  "account.passkey_added": ["added", "a passkey"],
  "account.passkey_removed": ["removed", "a passkey"],
  "account.two_step_on": ["turned on", "two-step sign-in"],
  "account.two_step_off": ["turned off", "two-step sign-in"],
  "audit.add_anchor_key": ["made", "the key that signs anchors"],
  "audit.anchor": ["anchored", "the audit trail"],
  "audit.export": ["took out", "the audit trail as a file"],
  "audit.verify": ["verified", "the audit trail"],
  "evidence.export": ["took out", "the evidence for auditors"],
  "bank_details.propose": ["proposed", "bank details"],
  "bank_details.approve": ["approved", "bank details"],
  "bank_details.refuse": ["refused", "bank details"],
  "contract.agree_term": ["agreed", "a term of a contract"],
  "contract.assign_vehicle": ["put", "a vehicle on a contract"],
  "contract.change_plan": ["changed", "the plan of a contract"],
  "contract.end": ["ended", "a contract"],
  "contract.end_assignment": ["took", "a vehicle off a contract"],
  "contract.end_term": ["ended", "a term of a contract"],
  "contract.pause": ["paused", "a contract"],
  "contract.renew": ["renewed", "a contract"],
  "contract.resume": ["resumed", "a contract"],
  "contract.swap_vehicle": ["swapped", "a vehicle on a contract"],
  "coupon.create": ["made", "a coupon"],
  "coupon.end": ["ended", "a coupon"],
  "coupon.redeem": ["redeemed", "a coupon"],
  "credit_note.issue": ["issued", "a credit note"],
  "customer.agree_discount": ["agreed", "a discount for a customer"],
  "customer.end_discount": ["ended", "a discount for a customer"],
  "customer_tax.set": ["changed", "the tax of a customer"],
  "exemption_certificate.add": ["added", "an exemption certificate"],
  "exemption_certificate.end": ["ended", "an exemption certificate"],
  "invoice.void": ["voided", "an invoice"],
  "invoice.write_off": ["wrote off", "an invoice"],
  "invoice_link.end": ["ended", "the link of an invoice"],
  "invoice_link.note_opened": ["opened", "an invoice"],
  "invoice_link.renew": ["renewed", "the link of an invoice"],
  "invoice_run.deliver_chunk": ["sent", "some invoices of a run"],
  "invoice_run.draft_chunk": ["drafted", "some invoices of a run"],
  "invoice_run.end_issue": ["issued", "the invoices of a run"],
  "invoice_run.number_block": ["numbered", "some invoices of a run"],
  "invoice_run.prepare_scheduled": ["prepared", "a run by its schedule"],
  "invoice_run.preview_chunk": ["priced", "some periods of a run"],
  "invoice_run.retry": ["started again", "what failed of a run"],
  "invoice_run.set_policy": ["set", "who may approve runs"],
  "member.allow_link": ["made", "a sign-in link for a member"],
  "member.invite": ["invited", "someone"],
  "member.invite_again": ["invited", "someone again"],
  "member.join": ["joined", "the team"],
  "member.remove": ["removed", "a member"],
  "member.withdraw_invitation": ["withdrew", "an invitation"],
  "message.begin_delivery": ["began", "to deliver a message"],
  "message.record_delivery": ["noted", "what became of a message"],
  "exchange_rate.import": ["imported", "exchange rates"],
  "exchange_rate.record": ["added", "an exchange rate"],
  "exchange_rate.set_oldest": ["set", "the age of exchange rates"],
  "price_index.create": ["added", "a price index"],
  "price_index.record_values": ["recorded", "values of a price index"],
  "price_index.remove_value": ["removed", "a value of a price index"],
  "price_index.update": ["changed", "a price index"],
  "rate_plan_version.create": ["added", "a version of a plan"],
  "role.create": ["made", "a role"],
  "role.delete": ["deleted", "a role"],
  "role.update": ["changed", "a role"],
  "saved_view.remove": ["removed", "a saved view"],
  "saved_view.rename": ["renamed", "a saved view"],
  "saved_view.save": ["saved", "a view of a list"],
  "tax_place.set": ["said", "where vehicles are handed over"],
  "tax_rate.add": ["added", "a tax rate"],
  "tax_rate.remove": ["took out", "a tax rate"],
  "vat_check.record": ["kept", "what a tax office said of a VAT number"],
  "usage_import.batch": ["read", "some rows of usage"],
  "usage_import.choose_mapping": ["chose", "the columns of a file"],
  "usage_import.discard": ["discarded", "a file of usage"],
  "usage_import.map": ["named", "the columns of a file"],
  "usage_import.retry": ["sent again", "rows of usage"],
  "usage_import.start": ["started", "an import of usage"],
  "usage_import.upload": ["uploaded", "a file of usage"],
  "wallet.expire": ["ended", "wallet money that expired"],
  "wallet.grant": ["granted", "money to a customer"],
  "wallet.pay_in": ["recorded", "money paid ahead"],
};

/** A command without words of its own shows its name. */
export function commandWords(command: string): { verb: string; what: string } {
  const [verb, what] = words[command] ?? ["did", command.replaceAll(/[._]/g, " ")];
  return { verb, what };
}

/** Where the page of a thing is, by the kind that events name; things without a page have none. */
const pages: Readonly<Record<string, string>> = {
  billing_entity: "/entities",
  contract: "/contracts",
  credit_note: "/credit-notes",
  customer: "/customers",
  invoice: "/invoices",
  invoice_run: "/runs",
  payment: "/payments",
  price_index: "/indexes",
  rate_plan: "/plans",
  usage_import: "/usage",
  vehicle: "/vehicles",
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The page of what an event is about, where there is one. */
export function subjectHref(type: string, id: string): string | undefined {
  const page = pages[type];
  return page && uuid.test(id) ? `${page}/${id}` : undefined;
}
