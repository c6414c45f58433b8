/** What the audit trail can be narrowed to: each topic with the nouns of the commands that belong to it. */

export interface AuditTopic {
  value: string;
  label: string;
  nouns: readonly string[];
}

export const auditTopics: readonly AuditTopic[] = [
  {
    value: "people",
    label: "Sign-ins and people",
    nouns: ["sign_in", "session", "account", "member", "role"],
  },
  { value: "keys", label: "Keys and secrets", nouns: ["api_key", "api_client"] },
  { value: "audit", label: "Audit, exports and privacy", nouns: ["audit", "evidence", "privacy"] },
  { value: "runs", label: "Invoice runs", nouns: ["invoice_run"] },
  { value: "invoices", label: "Invoices and credit notes", nouns: ["invoice", "credit_note", "message"] },
  { value: "payments", label: "Payments and wallets", nouns: ["payment", "wallet"] },
  { value: "books", label: "The books", nouns: ["accounting_period"] },
  { value: "customers", label: "Customers", nouns: ["customer"] },
  { value: "contracts", label: "Contracts and coupons", nouns: ["contract", "coupon"] },
  { value: "plans", label: "Plans and indexes", nouns: ["rate_plan", "rate_plan_version", "price_index"] },
  { value: "vehicles", label: "Vehicles", nouns: ["vehicle"] },
  { value: "usage", label: "Usage", nouns: ["usage_import", "usage_event", "usage_mapping"] },
  {
    value: "setup",
    label: "Set-up",
    nouns: ["tenant", "billing_entity", "bank_details", "number_format", "tax_registration"],
  },
];

/** The nouns of a topic, or undefined where there is none of this name. */
export function nounsOf(topic: string): readonly string[] | undefined {
  return auditTopics.find(({ value }) => value === topic)?.nouns;
}
