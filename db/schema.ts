/** The tables as TypeScript sees them: bigint for int8, exact strings for numeric and xid8, Temporal for dates and instants. */
import type { ColumnType, Generated } from "kysely";

type Instant = Temporal.Instant;
type PlainDate = Temporal.PlainDate;
type Json = ColumnType<unknown, unknown, unknown>;
/** Filled by the database and never written by us. */
type Automatic<T> = ColumnType<T, never, never>;

export interface TenantTable {
  id: Generated<string>;
  name: string;
  created_at: Automatic<Instant>;
}
export interface UserTable {
  id: Generated<string>;
  email: string;
  name: string;
  password_hash: string | null;
  created_at: Automatic<Instant>;
}
export interface MembershipTable {
  tenant_id: string;
  user_id: string;
  roles: string[];
  created_at: Automatic<Instant>;
}
export interface CustomRoleTable {
  tenant_id: string;
  id: Generated<string>;
  name: string;
  description: string;
  capabilities: string[];
  limits: Json;
  created_at: Automatic<Instant>;
}
export interface MembershipRoleTable {
  tenant_id: string;
  user_id: string;
  custom_role_id: string;
}
export interface InvitationTable {
  tenant_id: string;
  id: Generated<string>;
  email: string;
  roles: string[];
  token_hash: Uint8Array;
  invited_by: string;
  invited_at: Instant;
  expires_at: Instant;
}
export interface InvitationRoleTable {
  tenant_id: string;
  invitation_id: string;
  custom_role_id: string;
}
export interface SessionTable {
  token_hash: Uint8Array;
  user_id: string;
  tenant_id: string | null;
  created_at: Generated<Instant>;
  last_seen_at: Generated<Instant>;
  expires_at: Instant;
  ended_at: Instant | null;
  user_agent: Generated<string>;
  id: Generated<string>;
  authenticated_at: Generated<Instant>;
  methods: Generated<string[]>;
  address: Generated<string>;
  only_tenant_id: string | null;
}
export interface HeldFormTable {
  id: string;
  token_hash: Uint8Array;
  user_id: string;
  tenant_id: string;
  path: string;
  body_sealed: Uint8Array;
  created_at: Instant;
  expires_at: Instant;
}
export interface SignInLinkTable {
  token_hash: Uint8Array;
  user_id: string;
  created_at: Generated<Instant>;
  expires_at: Instant;
  used_at: Instant | null;
  purpose: Generated<LinkPurpose>;
}
/** Set a password as whoever runs the installation allowed, set one that was forgotten, or only sign in. */
export type LinkPurpose = "invitation" | "reset" | "sign_in";
/** What was tried: a password, a code of two-step sign-in, a mail that was asked for; a link and a passkey only where they worked. */
export type AttemptKind = "password" | "code" | "mail" | "link" | "passkey";
export type AccountMailState = "queued" | "sending" | "sent" | "failed" | "uncertain" | "nobody";
export interface AccountMailTable {
  id: Generated<string>;
  recipient: string;
  kind: string;
  origin: string | null;
  letter_sealed: Uint8Array | null;
  state: Generated<AccountMailState>;
  attempts: Generated<number>;
  due_at: Instant;
  failure: string | null;
  created_at: Instant;
}
export interface SignInAttemptTable {
  id: Generated<string>;
  email_hash: Uint8Array;
  address: string;
  succeeded: boolean;
  at: Generated<Instant>;
  kind: Generated<AttemptKind>;
}
export interface TotpFactorTable {
  user_id: string;
  seed_sealed: Uint8Array;
  created_at: Instant;
  confirmed_at: Instant | null;
  last_step: Generated<bigint>;
}
export interface RecoveryCodeTable {
  user_id: string;
  code_hash: Uint8Array;
  used_at: Instant | null;
}
export interface SignInStepTable {
  token_hash: Uint8Array;
  user_id: string;
  method: "password" | "link";
  expires_at: Instant;
}
export interface PasskeyTable {
  id: Generated<string>;
  user_id: string;
  credential_id: string;
  public_key: Uint8Array;
  sign_count: bigint;
  transports: string[];
  name: string;
  created_at: Instant;
  last_used_at: Instant | null;
}
export interface PasskeyChallengeTable {
  token_hash: Uint8Array;
  challenge: string;
  user_id: string | null;
  expires_at: Instant;
}
export interface BillingEntityTable {
  tenant_id: string;
  id: Generated<string>;
  name: string;
  address_lines: Generated<string[]>;
  country: string;
  currency: string;
  zone: string;
  language: Generated<string>;
  rounding: Generated<"half_up" | "half_even">;
  number_prefix: string;
  tax_registration: string | null;
  created_at: Automatic<Instant>;
}
/** By e-mail where there is an address, or by whoever bills, on paper for example. */
export type InvoiceDelivery = "email" | "by_hand";
export interface CustomerTable {
  tenant_id: string;
  id: Generated<string>;
  reference: string;
  name: string;
  email: string | null;
  address_lines: Generated<string[]>;
  country: string | null;
  language: string | null;
  payment_terms_days: Generated<number>;
  invoice_delivery: Generated<InvoiceDelivery>;
  created_at: Automatic<Instant>;
  erased_at: Instant | null;
  /** JSON of email and address lines, under the tenant's key; the columns in clear are empty beside it. */
  contact_encrypted: Uint8Array | null;
  /** Whether the encrypted e-mail is one that a message can go to. */
  has_plain_email: Generated<boolean>;
}
export interface TenantKeyTable {
  tenant_id: string;
  key_sealed: Uint8Array;
  created_at: Automatic<Instant>;
}
export interface VehicleTable {
  tenant_id: string;
  id: Generated<string>;
  reference: string;
  plate: string;
  vin: string | null;
  class: string | null;
  fuel_type: string | null;
  created_at: Automatic<Instant>;
}
export interface RatePlanTable {
  tenant_id: string;
  id: Generated<string>;
  reference: string;
  name: string;
  created_at: Automatic<Instant>;
}
export interface RatePlanVersionTable {
  tenant_id: string;
  id: Generated<string>;
  rate_plan_id: string;
  version: number;
  currency: string;
  tax_inclusive: Generated<boolean>;
  created_at: Automatic<Instant>;
}
export interface ChargeTable {
  tenant_id: string;
  id: Generated<string>;
  rate_plan_version_id: string;
  position: number;
  reference: string;
  name: string;
  kind: "recurring" | "usage" | "one_time";
  per: Generated<"vehicle" | "contract">;
  proration: Generated<"day" | "second" | "fixed30" | "none">;
  timing: Generated<"arrears" | "advance">;
  meter: Json;
  price: Json;
  tax_category: string | null;
  tax_percent: string | null;
  tax_supply: "vehicle_hire" | "service" | "goods" | "disbursement" | null;
}
export interface ContractTable {
  tenant_id: string;
  id: Generated<string>;
  reference: string;
  customer_id: string;
  billing_entity_id: string;
  rate_plan_version_id: string;
  start_date: PlainDate;
  end_date: PlainDate | null;
  anchor_day: Generated<number>;
  cadence: Generated<
    "weekly" | "two_weekly" | "four_weekly" | "monthly" | "quarterly" | "half_yearly" | "yearly"
  >;
  anchor_date: PlainDate | null;
  created_at: Automatic<Instant>;
}
export interface ContractTermTable {
  tenant_id: string;
  id: Generated<string>;
  contract_id: string | null;
  customer_id: string | null;
  currency: string | null;
  coupon_id: string | null;
  kind: "commitment" | "discount" | "free_units";
  name: string;
  from_date: PlainDate;
  to_date: PlainDate | null;
  charges: string[] | null;
  minimum: string | null;
  cap: string | null;
  span: "billing_period" | "quarter" | "half_year" | "year" | "term" | null;
  percent: string | null;
  amount: string | null;
  units: string | null;
  tax_category: string | null;
  tax_percent: string | null;
  xid: Automatic<string>;
}
export interface CouponTable {
  tenant_id: string;
  id: Generated<string>;
  code: string;
  name: string;
  percent: string | null;
  amount: string | null;
  currency: string | null;
  periods: number | null;
  end_date: PlainDate | null;
  redemptions_most: number | null;
  created_at: Automatic<Instant>;
}
export interface ContractTermEndTable {
  tenant_id: string;
  id: Generated<string>;
  contract_term_id: string;
  end_date: PlainDate;
  xid: Automatic<string>;
}
export interface ContractVehicleTable {
  tenant_id: string;
  id: Generated<string>;
  contract_id: string;
  vehicle_id: string;
  from_date: PlainDate;
  to_date: PlainDate | null;
}
export type AmendmentKind = "plan" | "pause" | "resume" | "renewal" | "end" | "vehicles";

export interface ContractAmendmentTable {
  tenant_id: string;
  id: Generated<string>;
  contract_id: string;
  position: number;
  kind: AmendmentKind;
  effective_date: PlainDate;
  until_date: PlainDate | null;
  from_version_id: string | null;
  to_version_id: string | null;
  end_date_before: PlainDate | null;
  reason: string;
  actor: string;
  created_at: Instant;
  xid: Automatic<string>;
}
export interface UsageImportTable {
  tenant_id: string;
  id: Generated<string>;
  source: string;
  file_name: string;
  mapping: string;
  state: Generated<"waiting" | "running" | "done" | "failed">;
  bytes_total: bigint | null;
  bytes_read: Generated<bigint>;
  row_count: Generated<bigint>;
  event_count: Generated<bigint>;
  duplicate_count: Generated<bigint>;
  quarantined_count: Generated<bigint>;
  failure: string | null;
  actor: string;
  started_at: Automatic<Instant>;
  progressed_at: Generated<Instant>;
  finished_at: Instant | null;
  /** Null for lines of JSON. */
  columns: string[] | null;
  /** The mapping that was made by hand; null for one that comes with Milepost. */
  usage_mapping_id: string | null;
}
export interface UsageMappingTable {
  tenant_id: string;
  id: Generated<string>;
  name: string | null;
  terms: Json;
  columns: string[];
  created_by: string;
  created_at: Instant;
  retired_at: Instant | null;
}
export interface UsageFilePartTable {
  tenant_id: string;
  usage_import_id: string;
  position: number;
  content: Uint8Array;
}
export interface UsageEventTable {
  tenant_id: string;
  source: string;
  event_id: string;
  event: string;
  contract_id: string | null;
  vehicle_id: string | null;
  at: Instant;
  properties: Json;
  content_hash: Uint8Array;
  usage_import_id: string | null;
  xid: Automatic<string>;
}
export interface QuarantinedRowTable {
  tenant_id: string;
  id: Generated<string>;
  usage_import_id: string;
  line: bigint;
  column: string;
  value: string;
  reason: string;
  raw: string;
}
export interface NumberSeriesTable {
  tenant_id: string;
  billing_entity_id: string;
  document_type: "invoice" | "credit_note";
  year: number;
  last_number: Generated<bigint>;
  last_issue_date: PlainDate | null;
  prefix: string | null;
  separator: string | null;
  year_digits: number | null;
  number_digits: number | null;
}
export interface NumberFormatTable {
  tenant_id: string;
  billing_entity_id: string;
  document_type: "invoice" | "credit_note";
  prefix: string;
  separator: string;
  year_digits: number;
  number_digits: number;
}
export type InvoiceState =
  | "draft"
  | "approved"
  | "issued"
  | "partially_paid"
  | "paid"
  | "credited"
  | "void"
  | "uncollectible";
export interface InvoiceTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  customer_id: string;
  /** Of an invoice of lines that people wrote neither contract nor period; else both. */
  contract_id: string | null;
  period_start: PlainDate | null;
  period_end: PlainDate | null;
  currency: string;
  state: InvoiceState;
  series_year: number | null;
  series_number: bigint | null;
  number: string | null;
  issue_date: PlainDate | null;
  due_date: PlainDate | null;
  total: bigint;
  open_amount: bigint;
  /** What issued credit notes took of it. */
  credited_amount: Generated<bigint>;
  /** What was given up of it. */
  written_off_amount: Generated<bigint>;
  /** Whether it bills no period of its own. */
  only_corrections: Generated<boolean>;
  created_at: Automatic<Instant>;
}
/** Whether the period is owed again what was credited: a concession is given away and never billed again. */
export type CreditPurpose = "concession" | "correction";
export type CreditNoteState = "draft" | "issued";
export interface CreditNoteTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  customer_id: string;
  invoice_id: string;
  currency: string;
  purpose: CreditPurpose;
  state: Generated<CreditNoteState>;
  series_year: number | null;
  series_number: bigint | null;
  number: string | null;
  issue_date: PlainDate | null;
  total: bigint;
  created_at: Automatic<Instant>;
  xid: Automatic<string>;
}
export interface CreditNoteDocumentTable {
  tenant_id: string;
  credit_note_id: string;
  reason: string;
  /** Of the invoice. */
  tax_point: PlainDate;
  tax_inclusive: boolean;
  rounding: "half_up" | "half_even";
  seller: Json;
  buyer: Json;
  terms: Json;
  subtotal: bigint;
  tax_total: bigint;
  total: bigint;
  /** JSON of the name, e-mail and address lines of the buyer. */
  buyer_encrypted: Uint8Array | null;
}
export interface CreditNoteLineTable {
  tenant_id: string;
  id: Generated<string>;
  credit_note_id: string;
  position: number;
  invoice_line_id: string;
  description: string;
  detail: string;
  amount: bigint;
  tax_category: string | null;
  tax_percent: string | null;
}
export interface CreditNoteTaxTable {
  tenant_id: string;
  credit_note_id: string;
  position: number;
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}
export interface CreditNoteTransitionTable {
  tenant_id: string;
  id: Generated<string>;
  credit_note_id: string;
  from_state: CreditNoteState | null;
  to_state: CreditNoteState;
  actor: string;
  reason: string;
  at: Instant;
}
export interface InvoiceDocumentTable {
  tenant_id: string;
  invoice_id: string;
  /** A pg_snapshot as text, `xmin:xmax:xip,…`. */
  facts_snapshot: string;
  facts_hash: Uint8Array;
  price_case: Json;
  usage_count: bigint;
  seller: Json;
  buyer: Json;
  terms: Json;
  vehicles: Json;
  subtotal: bigint;
  tax_total: bigint;
  total: bigint;
  created_at: Automatic<Instant>;
  /** A pg_snapshot as text: which of the contract's terms it was drafted by. */
  terms_snapshot: Generated<string>;
  tax_facts: Json | null;
  /** JSON of the name, e-mail and address lines of the buyer. */
  buyer_encrypted: Uint8Array | null;
}
export interface InvoiceLineTable {
  tenant_id: string;
  id: Generated<string>;
  invoice_id: string;
  position: number;
  /** Of a line of the kind `charge`. */
  charge_id: string | null;
  vehicle_id: string | null;
  description: string;
  detail: string;
  quantity: string | null;
  unit_price: string | null;
  amount: bigint;
  tax_category: string | null;
  tax_percent: string | null;
  kind: Generated<"charge" | "true_up" | "discount" | "item">;
}
export type ManualInvoiceState = "draft" | "approved" | "issued" | "discarded";
/** Texts are as people typed them. */
export interface ManualInvoiceTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  customer_id: string;
  state: Generated<ManualInvoiceState>;
  /** Counts the changes. */
  version: Generated<number>;
  currency: string;
  supply_date: string;
  payment_terms_days: string;
  tax_inclusive: Generated<boolean>;
  buyer_reference: Generated<string>;
  purchase_order: Generated<string>;
  note: Generated<string>;
  created_by: string;
  created_at: Automatic<Instant>;
  changed_by: string;
  changed_at: Instant;
  approved_by: string | null;
  invoice_id: string | null;
}
export interface ManualInvoiceLineTable {
  tenant_id: string;
  manual_invoice_id: string;
  position: number;
  description: string;
  about: string;
  quantity: string;
  unit: string;
  unit_price: string;
  discount_percent: string;
  tax: string;
}
export interface InvoiceLineTraceTable {
  tenant_id: string;
  invoice_line_id: string;
  steps: Json;
}
export interface InvoiceTaxTable {
  tenant_id: string;
  invoice_id: string;
  position: number;
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}
export interface InvoiceTransitionTable {
  tenant_id: string;
  id: Generated<string>;
  invoice_id: string;
  from_state: InvoiceState | null;
  to_state: InvoiceState;
  actor: string;
  reason: string;
  at: Instant;
}
/** What was open on an invoice when it was given up; minor units. */
export interface WriteOffTable {
  tenant_id: string;
  id: Generated<string>;
  invoice_id: string;
  amount: bigint;
  tax_relief: bigint;
  written_off_on: PlainDate;
  reason: string;
  actor: string;
  created_at: Automatic<Instant>;
}
export interface AccountingPeriodChangeTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  month: PlainDate;
  kind: "closed" | "reopened";
  reason: string;
  actor: string;
  at: Instant;
}
export interface AccountingLockTable {
  tenant_id: string;
  billing_entity_id: string;
  closed_through: PlainDate;
}
export interface WriteOffTaxTable {
  tenant_id: string;
  write_off_id: string;
  category: string;
  percent: string;
  amount: bigint;
}
export interface LedgerAccountTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  code: string;
  name: string;
  kind: "asset" | "liability" | "equity" | "revenue" | "expense";
}
export interface WalletCreditTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  customer_id: string;
  kind: "paid" | "advance" | "granted";
  name: string;
  currency: string;
  amount: bigint;
  priority: Generated<number>;
  expires_on: PlainDate | null;
  payment_id: string | null;
  remaining: bigint | null;
  created_by: string;
  created_at: Instant;
}
export interface WalletUseTable {
  tenant_id: string;
  wallet_credit_id: string;
  invoice_id: string;
  amount: bigint;
  used_at: Instant;
}
export interface WalletHoldTable {
  tenant_id: string;
  invoice_run_id: string;
  contract_id: string;
  period_start: PlainDate;
  wallet_credit_id: string;
  amount: bigint;
}
export interface WalletExpiryTable {
  tenant_id: string;
  id: Generated<string>;
  wallet_credit_id: string;
  amount: bigint;
  expired_on: PlainDate;
  recorded_at: Instant;
}
export interface LedgerTransactionTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  kind: string;
  invoice_id: string | null;
  payment_id: string | null;
  credit_note_id: string | null;
  wallet_expiry_id: string | null;
  write_off_id: string | null;
  posted_on: PlainDate;
  description: string;
  created_at: Automatic<Instant>;
}
export interface LedgerEntryTable {
  tenant_id: string;
  ledger_transaction_id: string;
  position: number;
  ledger_account_id: string;
  customer_id: string | null;
  amount: bigint;
  currency: string;
}
export type PaymentMethod = "bank_transfer" | "card" | "cash" | "cheque" | "direct_debit";
export type PaymentState = "received" | "reversed";
export interface PaymentTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  customer_id: string;
  amount: bigint;
  currency: string;
  received_on: PlainDate;
  method: PaymentMethod;
  reference: string | null;
  state: Generated<PaymentState>;
  /** What no invoice took of it; zero once it is reversed. */
  credit: bigint;
  recorded_by: string;
  recorded_at: Instant;
}
export interface PaymentAllocationTable {
  tenant_id: string;
  id: Generated<string>;
  payment_id: string;
  invoice_id: string;
  /** Below zero where it takes the one that `reverses_id` names back. */
  amount: bigint;
  reverses_id: string | null;
  allocated_by: string;
  allocated_at: Instant;
}
export interface PaymentReversalTable {
  tenant_id: string;
  payment_id: string;
  reason: string;
  reversed_on: PlainDate;
  reversed_by: string;
  reversed_at: Instant;
}
/** `kept` is at rest in the outbox, where no mail server is set; of an `uncertain` one nobody knows whether it arrived. */
export type MessageState = "queued" | "sending" | "sent" | "kept" | "failed" | "uncertain";
export interface MessageTable {
  tenant_id: string;
  id: Generated<string>;
  /** The invoice, or the one that the credit note belongs to. */
  invoice_id: string;
  credit_note_id: string | null;
  customer_id: string;
  sender_name: string;
  recipient: string | null;
  subject: string | null;
  body_text: string | null;
  body_html: string | null;
  state: Generated<MessageState>;
  attempts: Generated<number>;
  /** What the mail server calls it. */
  provider_id: string | null;
  failure: string | null;
  requested_by: string;
  requested_at: Instant;
  settled_at: Instant | null;
  /** JSON of recipient, subject, text and HTML, which are null beside it. */
  content_encrypted: Uint8Array | null;
}
export interface MessageAttachmentTable {
  tenant_id: string;
  message_id: string;
  position: number;
  file_name: string;
  media_type: string;
  content: string | null;
  content_encrypted: Uint8Array | null;
}
export interface InvoiceLinkKeyTable {
  tenant_id: string;
  key_sealed: Uint8Array;
  created_at: Automatic<Instant>;
}
export interface InvoiceLinkTable {
  tenant_id: string;
  invoice_id: string;
  generation: Generated<number>;
  ended_at: Instant | null;
  opened_at: Instant | null;
}
export interface IdempotencyKeyTable {
  tenant_id: string;
  actor: string;
  command: string;
  key: string;
  input_hash: Uint8Array;
  answer: Json;
  created_at: Automatic<Instant>;
}
export interface AuditEventTable {
  tenant_id: string;
  id: Generated<string>;
  xid: Automatic<string>;
  at: Automatic<Instant>;
  actor: string;
  command: string;
  subject_type: string;
  subject_id: string;
  detail: Json;
}
/** Written by whoever seals, which is the system role alone. */
export interface AuditSealTable {
  tenant_id: string;
  sequence: bigint;
  audit_event_id: string;
  xid: string;
  hash: Uint8Array;
  sealed_at: Automatic<Instant>;
}
export interface AuditAnchorKeyTable {
  tenant_id: string;
  id: Generated<string>;
  public_key: Uint8Array;
  private_key_sealed: Uint8Array;
  created_at: Automatic<Instant>;
}
export interface AuditAnchorTable {
  tenant_id: string;
  sequence: bigint;
  audit_anchor_key_id: string;
  document: string;
  anchored_at: Instant;
}
export interface AuditVerificationTable {
  tenant_id: string;
  id: Generated<string>;
  scope: "trail" | "books";
  ok: boolean;
  looked_at: bigint;
  breaches: Json;
  verified_by: string;
  verified_at: Instant;
}
export interface OutboxTable {
  tenant_id: string;
  id: Generated<string>;
  xid: Automatic<string>;
  at: Automatic<Instant>;
  event: string;
  subject_id: string;
  payload: Json;
}
export interface OutboxCursorTable {
  consumer: string;
  xid: string;
  id: string;
}
export type JobState = "ready" | "leased" | "done" | "dead" | "cancelled";
export interface JobTable {
  tenant_id: string;
  id: Generated<string>;
  kind: string;
  payload: Json;
  unique_key: string | null;
  state: Generated<JobState>;
  priority: Generated<number>;
  run_after: Generated<Instant>;
  attempt: Generated<number>;
  /** Null until the first claim, unless whoever wrote the job said it. */
  max_attempts: number | null;
  lease_until: Instant | null;
  last_error: string | null;
  created_at: Automatic<Instant>;
  finished_at: Instant | null;
}

export type InvoiceRunState =
  | "previewing"
  | "awaiting_approval"
  | "issuing"
  | "reconciling"
  | "done"
  | "blocked"
  | "returned"
  | "cancelled";
export interface InvoiceRunTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  period_start: PlainDate;
  period_end: PlainDate;
  state: Generated<InvoiceRunState>;
  /** As text; see pg_snapshot. */
  facts_snapshot: string;
  item_count: number;
  result_hash: Uint8Array | null;
  prepared_by: string;
  prepared_at: Instant;
  approved_by: string | null;
  approved_at: Instant | null;
  note: Generated<string>;
  finished_at: Instant | null;
  sends_invoices: Generated<boolean>;
  scheduled_for: Instant | null;
}

/** The lists that have filters to save. */
export type FilteredList =
  | "invoices"
  | "credit_notes"
  | "payments"
  | "customers"
  | "contracts"
  | "plans"
  | "vehicles";
export interface SavedViewTable {
  tenant_id: string;
  id: Generated<string>;
  owner: string;
  list: FilteredList;
  name: string;
  query: string;
}

export type TaxKind = "vat" | "oss" | "gst" | "consumption_tax" | "sales_tax" | "other";
export interface CustomerTaxTable {
  tenant_id: string;
  customer_id: string;
  is_business: boolean;
  vat_id: string | null;
  vat_id_country: string | null;
  changed_at: Generated<Instant>;
}
export interface VatCheckTable {
  tenant_id: string;
  id: Generated<string>;
  customer_id: string;
  vat_id: string;
  status: "valid" | "invalid" | "unknown";
  checked_at: Instant;
  consultation_number: string | null;
}
export interface ExemptionCertificateTable {
  tenant_id: string;
  id: Generated<string>;
  customer_id: string;
  country: string;
  number: string;
  reason_code: string;
  reason: string;
  from_date: PlainDate;
  to_date: PlainDate | null;
}
export interface TaxPlaceTable {
  tenant_id: string;
  id: Generated<string>;
  contract_id: string;
  from_date: PlainDate;
  country: string;
  region: string | null;
}
export interface TaxRateTable {
  tenant_id: string;
  id: Generated<string>;
  country: string;
  region: string | null;
  from_date: PlainDate;
  percent: string;
}
export interface InvoiceLineTaxTable {
  tenant_id: string;
  invoice_line_id: string;
  tax_point: PlainDate | null;
  country: string | null;
  reason_code: string | null;
  reason: string | null;
  trace: Generated<Json>;
}
export interface TaxRegistrationTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  country: string;
  kind: TaxKind;
  number: string;
  from_date: PlainDate;
  to_date: PlainDate | null;
}

export interface ConsentTextTable {
  tenant_id: string;
  id: Generated<string>;
  purpose: string;
  version: number;
  words: string;
  written_by: string;
  written_at: Instant;
}

export interface ConsentTable {
  tenant_id: string;
  id: Generated<string>;
  consent_text_id: string;
  customer_id: string;
  agreed_by: string;
  agreed_on: PlainDate;
  recorded_by: string;
  recorded_at: Instant;
  withdrawn_on: PlainDate | null;
  withdrawal_recorded_by: string | null;
}

export interface PrivacyRequestTable {
  tenant_id: string;
  id: Generated<string>;
  subject: "customer" | "member";
  customer_id: string | null;
  user_id: string | null;
  state: Generated<"accepted" | "restricted" | "done">;
  restricted_until: PlainDate | null;
  requested_by: string;
  requested_at: Instant;
  finished_at: Instant | null;
}

export interface BankDetailsTable {
  tenant_id: string;
  id: Generated<string>;
  billing_entity_id: string;
  state: Generated<"proposed" | "in_force" | "replaced" | "refused">;
  kind: "iban" | "account";
  ending: string;
  details_sealed: Uint8Array;
  proposed_by: string;
  proposed_at: Instant;
  decided_by: string | null;
  decided_at: Instant | null;
}

export interface InvoiceTaxRegistrationTable {
  tenant_id: string;
  invoice_id: string;
  position: number;
  country: string;
  kind: TaxKind;
  number: string;
}

export type RunScheduleOutcome = "prepared" | "run_open" | "run_done" | "nothing_to_bill";
export interface RunScheduleTable {
  tenant_id: string;
  billing_entity_id: string;
  is_on: boolean;
  day_of_month: number;
  minute_of_day: number;
  set_by: string;
  set_at: Instant;
  next_month: PlainDate | null;
  last_month: PlainDate | null;
  last_outcome: RunScheduleOutcome | null;
  last_at: Instant | null;
  last_run_id: string | null;
}

export interface InvoiceRunPolicyTable {
  tenant_id: string;
  id: Generated<string>;
  allows_own_approval: boolean;
  set_by: string;
  set_at: Instant;
}

export type InvoiceRunItemState = "pending" | "previewed" | "left_out" | "drafted" | "issued" | "parked";
export type InvoiceRunException =
  | "cannot_price"
  | "no_address"
  | "credit_due"
  | "nothing_to_bill"
  | "deviation"
  | "first_invoice"
  | "parked"
  | "correction"
  | "correction_failed";
/** What the delivery of a run made of an item: `by_person` was sent by someone before, a `withdrawn` one is void or credited. */
export type InvoiceRunItemDelivery = "email" | "by_hand" | "no_address" | "by_person" | "withdrawn";
export interface InvoiceRunItemTable {
  tenant_id: string;
  invoice_run_id: string;
  position: number;
  contract_id: string;
  period_start: PlainDate;
  period_end: PlainDate;
  state: Generated<InvoiceRunItemState>;
  exception: InvoiceRunException | null;
  message: Generated<string>;
  facts_hash: Uint8Array | null;
  currency: string | null;
  subtotal: bigint | null;
  tax_total: bigint | null;
  total: bigint | null;
  line_count: number | null;
  last_total: bigint | null;
  invoice_id: string | null;
  /** Null until its turn. */
  delivery: InvoiceRunItemDelivery | null;
  /** Whether it bills no period, but only corrects earlier ones. */
  only_corrections: Generated<boolean>;
  /** Of the credit notes that are issued with it. */
  credit_total: Generated<bigint>;
}

/** A billed period whose facts changed, and what a run found when it derived it again. */
export type RunCorrectionState = "pending" | "unchanged" | "changed" | "failed";
export interface InvoiceRunCorrectionTable {
  tenant_id: string;
  invoice_run_id: string;
  position: number;
  contract_id: string;
  period_start: PlainDate;
  period_end: PlainDate;
  invoice_id: string;
  facts_snapshot: string;
  state: Generated<RunCorrectionState>;
  message: Generated<string>;
  increase: Generated<bigint>;
  decrease: Generated<bigint>;
}
export interface RederivationTable {
  tenant_id: string;
  id: Generated<string>;
  contract_id: string;
  period_start: PlainDate;
  period_end: PlainDate;
  invoice_id: string;
  invoice_run_id: string;
  facts_snapshot: string;
  terms_snapshot: Generated<string>;
  facts_hash: Uint8Array;
  price_case: Json;
  usage_count: bigint;
  vehicles: Json;
  tax_facts: Json | null;
}
export interface InvoiceLineCorrectionTable {
  tenant_id: string;
  invoice_line_id: string;
  rederivation_id: string;
  tax_point: PlainDate;
  billed: bigint;
  due: bigint;
}
export interface CreditNoteCorrectionTable {
  tenant_id: string;
  credit_note_id: string;
  rederivation_id: string;
}

export interface UsageCorrectionTable {
  tenant_id: string;
  source: string;
  event_id: string;
  correction_id: string;
  xid: Automatic<string>;
}

export interface ApiKeyTable {
  tenant_id: string;
  id: Generated<string>;
  name: string;
  secret_hash: Uint8Array;
  hint: string;
  capabilities: string[];
  created_by: string;
  created_at: Instant;
  last_used_at: Instant | null;
  revoked_at: Instant | null;
  expires_at: Instant | null;
  replaces_id: string | null;
}

export interface ApiClientTable {
  tenant_id: string;
  id: string;
  name: string;
  secret_hash: Uint8Array;
  hint: string;
  capabilities: string[];
  created_by: string;
  created_at: Instant;
  last_used_at: Instant | null;
  ended_at: Instant | null;
}

export interface IdentityProviderTable {
  tenant_id: string;
  address: string;
  address_since: Instant;
  issuer: string;
  client_id: string;
  client_secret_sealed: Uint8Array;
  domains: string[];
  newcomer_role: string | null;
  updated_by: string;
  updated_at: Instant;
}

export interface ExternalIdentityTable {
  tenant_id: string;
  issuer: string;
  subject: string;
  user_id: string;
  created_at: Instant;
}

export interface ExternalSignInTable {
  state_hash: Uint8Array;
  browser_hash: Uint8Array;
  tenant_id: string;
  issuer: string;
  next: string;
  expires_at: Instant;
}

export interface SigningKeyTable {
  id: string;
  algorithm: string;
  public_jwk: Json;
  private_jwk_sealed: Uint8Array;
  created_at: Instant;
  signs_from: Instant;
  signs_until: Instant;
}

export interface PriceIndexTable {
  tenant_id: string;
  id: Generated<string>;
  reference: string;
  name: string;
  unit: string;
  source: string | null;
  publication_lag_days: Generated<number>;
  created_at: Automatic<Instant>;
}
export interface PriceIndexValueTable {
  tenant_id: string;
  price_index_id: string;
  date: PlainDate;
  value: string;
  recorded_by: string;
  recorded_at: Instant;
}
export interface PriceIndexChangeTable {
  tenant_id: string;
  id: Generated<string>;
  reference: string;
  from_date: PlainDate;
  xid: Automatic<string>;
}

export interface ExchangeRateTable {
  tenant_id: string;
  id: Generated<string>;
  base_currency: string;
  quote_currency: string;
  day: PlainDate;
  source: "ecb" | "manual";
  rate: string;
  recorded_by: string;
  recorded_at: Automatic<Instant>;
}
export interface ExchangeRatePolicyTable {
  tenant_id: string;
  id: Generated<string>;
  oldest_days: number;
  set_by: string;
  set_at: Instant;
}
export interface InvoiceTaxCurrencyTable {
  tenant_id: string;
  invoice_id: string;
  currency: string;
  tax_amount: bigint;
}
export interface InvoiceTaxCurrencyPartTable {
  tenant_id: string;
  invoice_id: string;
  position: number;
  tax_amount: bigint;
  day: PlainDate;
  first_rate_id: string;
  second_rate_id: string | null;
}
export interface CreditNoteTaxCurrencyTable {
  tenant_id: string;
  credit_note_id: string;
  currency: string;
  tax_amount: bigint;
}

export interface Schema {
  tenant: TenantTable;
  user: UserTable;
  membership: MembershipTable;
  custom_role: CustomRoleTable;
  membership_role: MembershipRoleTable;
  invitation: InvitationTable;
  invitation_role: InvitationRoleTable;
  session: SessionTable;
  held_form: HeldFormTable;
  sign_in_link: SignInLinkTable;
  sign_in_attempt: SignInAttemptTable;
  account_mail: AccountMailTable;
  totp_factor: TotpFactorTable;
  recovery_code: RecoveryCodeTable;
  sign_in_step: SignInStepTable;
  passkey: PasskeyTable;
  passkey_challenge: PasskeyChallengeTable;
  billing_entity: BillingEntityTable;
  customer: CustomerTable;
  tenant_key: TenantKeyTable;
  vehicle: VehicleTable;
  rate_plan: RatePlanTable;
  rate_plan_version: RatePlanVersionTable;
  charge: ChargeTable;
  contract: ContractTable;
  contract_term: ContractTermTable;
  coupon: CouponTable;
  contract_term_end: ContractTermEndTable;
  contract_vehicle: ContractVehicleTable;
  contract_amendment: ContractAmendmentTable;
  usage_import: UsageImportTable;
  usage_file_part: UsageFilePartTable;
  usage_mapping: UsageMappingTable;
  usage_event: UsageEventTable;
  quarantined_row: QuarantinedRowTable;
  number_series: NumberSeriesTable;
  number_format: NumberFormatTable;
  invoice: InvoiceTable;
  invoice_document: InvoiceDocumentTable;
  invoice_line: InvoiceLineTable;
  invoice_line_trace: InvoiceLineTraceTable;
  invoice_tax: InvoiceTaxTable;
  invoice_transition: InvoiceTransitionTable;
  credit_note: CreditNoteTable;
  credit_note_document: CreditNoteDocumentTable;
  credit_note_line: CreditNoteLineTable;
  credit_note_tax: CreditNoteTaxTable;
  credit_note_transition: CreditNoteTransitionTable;
  write_off: WriteOffTable;
  write_off_tax: WriteOffTaxTable;
  ledger_account: LedgerAccountTable;
  accounting_period_change: AccountingPeriodChangeTable;
  accounting_lock: AccountingLockTable;
  wallet_credit: WalletCreditTable;
  wallet_use: WalletUseTable;
  wallet_hold: WalletHoldTable;
  wallet_expiry: WalletExpiryTable;
  ledger_transaction: LedgerTransactionTable;
  ledger_entry: LedgerEntryTable;
  payment: PaymentTable;
  payment_allocation: PaymentAllocationTable;
  payment_reversal: PaymentReversalTable;
  message: MessageTable;
  message_attachment: MessageAttachmentTable;
  invoice_link_key: InvoiceLinkKeyTable;
  invoice_link: InvoiceLinkTable;
  idempotency_key: IdempotencyKeyTable;
  audit_event: AuditEventTable;
  audit_seal: AuditSealTable;
  audit_anchor_key: AuditAnchorKeyTable;
  audit_anchor: AuditAnchorTable;
  audit_verification: AuditVerificationTable;
  outbox: OutboxTable;
  outbox_cursor: OutboxCursorTable;
  job: JobTable;
  usage_correction: UsageCorrectionTable;
  invoice_run: InvoiceRunTable;
  invoice_run_item: InvoiceRunItemTable;
  invoice_run_policy: InvoiceRunPolicyTable;
  run_schedule: RunScheduleTable;
  tax_registration: TaxRegistrationTable;
  customer_tax: CustomerTaxTable;
  vat_check: VatCheckTable;
  exemption_certificate: ExemptionCertificateTable;
  tax_place: TaxPlaceTable;
  tax_rate: TaxRateTable;
  invoice_line_tax: InvoiceLineTaxTable;
  manual_invoice: ManualInvoiceTable;
  manual_invoice_line: ManualInvoiceLineTable;
  bank_details: BankDetailsTable;
  consent_text: ConsentTextTable;
  consent: ConsentTable;
  privacy_request: PrivacyRequestTable;
  invoice_tax_registration: InvoiceTaxRegistrationTable;
  api_key: ApiKeyTable;
  api_client: ApiClientTable;
  signing_key: SigningKeyTable;
  identity_provider: IdentityProviderTable;
  external_identity: ExternalIdentityTable;
  external_sign_in: ExternalSignInTable;
  price_index: PriceIndexTable;
  price_index_value: PriceIndexValueTable;
  price_index_change: PriceIndexChangeTable;
  rederivation: RederivationTable;
  invoice_line_correction: InvoiceLineCorrectionTable;
  credit_note_correction: CreditNoteCorrectionTable;
  invoice_run_correction: InvoiceRunCorrectionTable;
  saved_view: SavedViewTable;
  exchange_rate: ExchangeRateTable;
  exchange_rate_policy: ExchangeRatePolicyTable;
  invoice_tax_currency: InvoiceTaxCurrencyTable;
  invoice_tax_currency_part: InvoiceTaxCurrencyPartTable;
  credit_note_tax_currency: CreditNoteTaxCurrencyTable;
}

/** Tables that precede a tenant or belong to the whole installation; every other one carries tenant_id and its policy. */
export const globalTables: readonly string[] = [
  "tenant",
  "user",
  "session",
  "held_form",
  "sign_in_link",
  "sign_in_attempt",
  "account_mail",
  "totp_factor",
  "recovery_code",
  "sign_in_step",
  "passkey",
  "passkey_challenge",
  "signing_key",
  "external_sign_in",
  "outbox_cursor",
  "migration",
];

/** Tables that the app role may only add to: what stands there was printed, posted, counted or attested. */
export const insertOnlyTables: readonly string[] = [
  "usage_event",
  "usage_correction",
  "quarantined_row",
  "rate_plan_version",
  "charge",
  "contract_amendment",
  "contract_term",
  "contract_term_end",
  "invoice_document",
  "invoice_line",
  "invoice_line_trace",
  "invoice_line_tax",
  "invoice_tax",
  "vat_check",
  "tax_place",
  "invoice_tax_registration",
  "invoice_transition",
  "invoice_line_correction",
  "rederivation",
  "price_index_change",
  "credit_note_correction",
  "credit_note_document",
  "credit_note_line",
  "credit_note_tax",
  "credit_note_transition",
  "invoice_run_policy",
  "exchange_rate",
  "exchange_rate_policy",
  "invoice_tax_currency",
  "invoice_tax_currency_part",
  "credit_note_tax_currency",
  "ledger_account",
  "accounting_period_change",
  "ledger_transaction",
  "ledger_entry",
  "payment_allocation",
  "payment_reversal",
  "message_attachment",
  "invoice_link_key",
  "audit_event",
  "audit_anchor_key",
  "audit_anchor",
  "audit_verification",
  "outbox",
];

/** Tables that the app role may only read; what writes them comes by the system's door. */
export const readOnlyTables: readonly string[] = ["audit_seal"];
