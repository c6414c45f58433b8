/** Every address a person can open, with who opens it: the table that the access tests visit. Add a route here with its page. */
import { schemes, type Screen, widths } from "../support/browser.ts";
import type { Accepted } from "./rules_check.ts";

/** A newcomer bills for a business that has nothing yet; all others work for the demo's, one has done only one of two steps, and one last proved an hour ago who they are. */
export type Visitor =
  | "signed_out"
  | "between_steps"
  | "long_signed_in"
  | "viewer"
  | "biller"
  | "approver"
  | "admin"
  | "newcomer";

export interface RouteToVisit {
  /** As people open it. `{invoice}` and the like are filled in by `startApp`, which knows the seeded ids. */
  path: string;
  as: Visitor[];
  /** A selector to wait for, where the page is filled in after loading. */
  ready?: string;
  hasIslands?: boolean;
  /** There only where no mail server is set. */
  withoutMail?: boolean;
  accepted?: Accepted[];
  status?: number;
}

const everyone: Visitor[] = ["viewer", "biller", "approver", "admin"];

const billers: Visitor[] = ["biller", "admin"];

export const routesToVisit: RouteToVisit[] = [
  { path: "/sign-in", as: ["signed_out"], hasIslands: true },
  { path: "{sign_in_link}", as: ["signed_out"] },
  { path: "{mailed_link}", as: ["signed_out"] },
  { path: "/sign-in/mail-link", as: ["signed_out"] },
  { path: "/sign-in/mail-sent?for=reset", as: ["signed_out"] },
  { path: "/sign-in/reset", as: ["signed_out"] },
  { path: "/sign-in/code", as: ["between_steps"], hasIslands: true },
  { path: "/sign-in/code", as: ["between_steps"] },
  { path: "/confirm", as: ["long_signed_in"], hasIslands: true },
  { path: "/continue", as: ["long_signed_in", "viewer"] },
  { path: "/", as: everyone },
  { path: "/", as: ["newcomer"] },
  { path: "/account", as: everyone },
  { path: "/account/passkeys", as: ["viewer"], hasIslands: true },
  { path: "/account/passkeys", as: ["admin"], hasIslands: true },
  { path: "/account/passkeys/{passkey}", as: ["admin"] },
  { path: "/account/passkeys/{passkey}/remove", as: ["admin"] },
  // off, waiting for its first code, and on
  { path: "/account/two-step", as: ["viewer"] },
  { path: "/account/two-step", as: ["biller"] },
  { path: "/account/two-step", as: ["admin"] },
  { path: "/account/two-step/codes", as: ["admin"] },
  { path: "/account/two-step/off", as: ["admin"] },
  { path: "/tenants", as: everyone },
  { path: "/api-keys", as: ["admin"] },
  { path: "/api-keys/{api_key}/revoke", as: ["admin"] },
  { path: "/api-keys/{api_key}/successor", as: ["admin"] },
  { path: "/api-clients", as: ["admin"] },
  { path: "/api-clients/{api_client}", as: ["admin"] },
  { path: "/api-clients/{api_client}/end", as: ["admin"] },
  { path: "/invoices", as: everyone },
  { path: "/invoices?status=overdue&search=oak", as: everyone },
  { path: "/invoices?status=overdue&search=Oak", as: ["biller"] },
  { path: "/invoices?status=paid&search=oak", as: ["biller"] },
  { path: "/views/new?list=invoices&status=overdue&customer={customer}", as: everyone },
  { path: "/views/{view}", as: ["biller"] },
  { path: "/invoices/new", as: billers },
  { path: "/invoices/new?contract=K-002", as: billers },
  { path: "/invoices/{invoice}", as: everyone },
  { path: "/invoices/{invoice}?why=1", as: everyone },
  { path: "/invoices/{invoice}/print", as: everyone },
  { path: "/invoices/{open_invoice}/payments/new", as: billers },
  { path: "/invoices/{invoice}/credit", as: billers },
  { path: "/invoices/{invoice}/credit?review=yes&how=amount&amount=1&reason=Goodwill", as: billers },
  { path: "/invoices/{open_invoice}/void", as: ["admin"] },
  { path: "/invoices/{open_invoice}/write-off", as: ["admin"] },
  { path: "/credit-notes", as: everyone },
  { path: "/credit-notes?search=zzz", as: everyone },
  { path: "/credit-notes/{credit_note}", as: everyone },
  { path: "/credit-notes/{credit_note}/print", as: everyone },
  { path: "/invoices/{invoice}/send", as: ["biller", "approver", "admin"] },
  { path: "/invoices/{draft}", as: everyone },
  { path: "/invoices/{draft}/issue", as: ["approver", "admin"] },
  { path: "/payments", as: everyone },
  { path: "/payments?status=credit&search=bacs", as: everyone },
  { path: "/payments/{payment}", as: everyone },
  { path: "/payments/{credit}", as: everyone },
  { path: "/payments/{credit}/allocate", as: billers },
  { path: "/payments/{payment}/reverse", as: billers },
  { path: "/customers", as: everyone },
  { path: "/customers?search=zzz", as: everyone },
  { path: "/customers/new", as: billers },
  { path: "/customers/import", as: billers },
  { path: "/customers/{customer}", as: everyone },
  { path: "/customers/{customer}/edit", as: billers },
  { path: "/customers/{payer}/payments", as: billers },
  { path: "/customers/{payer}/statement", as: everyone },
  { path: "/outbox", as: everyone, withoutMail: true },
  { path: "/outbox/{message}", as: everyone, withoutMail: true },
  { path: "/runs", as: everyone },
  { path: "/runs/new", as: billers },
  { path: "/runs/policy", as: ["admin"] },
  { path: "/runs/{run}", as: everyone },
  { path: "/runs/{waiting_run}", as: ["approver", "admin", "biller", "viewer"] },
  { path: "/runs/{run}/delivery?show=sent", as: everyone },
  { path: "/runs/{waiting_run}/delivery?show=no_address", as: everyone },
  { path: "/runs/{waiting_run}/return", as: ["approver", "admin"] },
  { path: "/runs/{waiting_run}/cancel", as: billers },
  { path: "/vehicles", as: everyone },
  { path: "/vehicles?search=zzz", as: everyone },
  { path: "/vehicles/new", as: billers },
  { path: "/vehicles/import", as: billers },
  { path: "/vehicles/{vehicle}", as: everyone },
  { path: "/vehicles/{vehicle}/edit", as: billers },
  { path: "/entities", as: everyone },
  { path: "/entities/new", as: ["admin"] },
  { path: "/entities/import", as: ["admin"] },
  { path: "/entities/{entity}", as: everyone },
  { path: "/entities/{entity}/edit", as: ["admin"] },
  { path: "/entities/{entity}/schedule", as: ["admin"] },
  { path: "/entities/{entity}/bank-details/new", as: ["admin"] },
  { path: "/entities/{entity}/bank-details/{bank_details}", as: ["approver", "admin"] },
  { path: "/entities/{entity}/numbers/{documents}", as: ["admin"] },
  { path: "/entities/{entity}/tax-registrations/new", as: ["admin"] },
  { path: "/entities/{entity}/tax-registrations/{registration}/end", as: ["admin"] },
  { path: "/plans", as: everyone },
  { path: "/plans?search=zzz", as: everyone },
  { path: "/plans/new", as: billers, hasIslands: true },
  { path: "/plans/import", as: billers },
  { path: "/plans/{plan}", as: everyone },
  { path: "/plans/{plan}/versions/new", as: billers, hasIslands: true },
  { path: "/plans/{plan}/try", as: everyone },
  { path: "/plans/{plan}/simulation", as: everyone },
  { path: "/indexes", as: everyone },
  { path: "/indexes/new", as: billers },
  { path: "/indexes/{index}", as: everyone },
  { path: "/indexes/{index}/edit", as: billers },
  { path: "/indexes/{index}/values/new", as: billers },
  { path: "/indexes/{index}/values/remove?date={index_day}", as: billers },
  { path: "/plans/{plan}/try?days=10&quantity-2=900", as: everyone },
  { path: "/plans/{plan}/simulation?plan=lease-gbp&quarter={quarter}", as: everyone },
  { path: "/plans/{plan}/simulation?plan=pool-gbp&quarter=2024", as: everyone, status: 422 },
  { path: "/contracts", as: everyone },
  { path: "/contracts?search=zzz", as: everyone },
  { path: "/contracts/new", as: billers },
  { path: "/contracts/import", as: billers },
  { path: "/contracts/{contract}", as: everyone },
  { path: "/contracts/{contract}/vehicles/new", as: billers },
  { path: "/contracts/{contract}/vehicles/{assigned_vehicle}/end", as: billers },
  { path: "/contracts/{contract}/swap", as: billers },
  { path: "/contracts/{contract}/plan", as: billers },
  { path: "/contracts/{contract}/plan?review=yes&plan=lease-gbp", as: billers, status: 422 },
  { path: "/contracts/{contract}/end", as: billers },
  { path: "/contracts/{contract}/pause", as: billers },
  { path: "/contracts/{contract}/pause?review=yes&fromDate={ahead}&reason=Winter", as: billers },
  { path: "/contracts/{contract}/resume", as: billers },
  { path: "/contracts/{contract}/renew", as: billers },
  { path: "/contracts/{contract}/terms/commitment", as: billers },
  { path: "/contracts/{contract}/terms/discount", as: billers },
  { path: "/contracts/{contract}/terms/coupon", as: billers },
  { path: "/contracts/{contract}/terms/free-units", as: billers },
  { path: "/customers/{customer}/discounts/new", as: billers },
  { path: "/customers/{customer}/discounts/{discount}/end", as: billers },
  { path: "/customers/{customer}/coupon", as: billers },
  { path: "/customers/{customer}/wallet", as: everyone },
  { path: "/customers/{customer}/wallet/new", as: billers },
  { path: "/customers/{customer}/wallet/grant", as: billers },
  { path: "/coupons", as: everyone },
  { path: "/coupons/new", as: billers },
  { path: "/coupons/{coupon}/end", as: billers },
  { path: "/contracts/{contract}/terms/{term}/end", as: billers },
  { path: "/privacy", as: ["admin"] },
  { path: "/privacy/new", as: ["admin"] },
  { path: "/privacy/retention", as: ["admin"] },
  { path: "/privacy/consents", as: ["admin"] },
  { path: "/privacy/consents/new", as: ["admin"] },
  { path: "/customers/{customer}/consents", as: everyone },
  { path: "/customers/{customer}/consents/new", as: billers },
  { path: "/customers/{customer}/consents/{consent}/withdraw", as: billers },
  { path: "/privacy/{privacy_request}", as: ["admin"] },
  { path: "/usage", as: everyone },
  { path: "/usage/{usage_import}", as: everyone },
  { path: "/usage/{waiting_import}", as: everyone },
  { path: "/usage/{waiting_import}/columns", as: billers },
  { path: "/usage/mappings", as: everyone },
  { path: "/usage/mappings/{usage_mapping}", as: billers },
  { path: "/team", as: everyone },
  { path: "/team/invite", as: ["admin"] },
  { path: "/team/invitations/{invitation}", as: ["admin"] },
  { path: "/team/members/{member}", as: ["admin"] },
  { path: "/team/members/{member}/remove", as: ["admin"] },
  { path: "/team/roles", as: everyone },
  { path: "/team/roles/new", as: ["admin"] },
  { path: "/team/roles/{role}", as: ["admin"] },
  { path: "/team/roles/{role}/delete", as: ["admin"] },
  { path: "/invitation/{invitation_token}", as: ["signed_out"] },
  { path: "/invitation/{invitation_token}", as: ["viewer"] },
  { path: "/audit", as: ["admin"], hasIslands: true },
  { path: "/audit?what=invoices&about=zzz&from=2024-01-01", as: ["admin"] },
  { path: "/audit/{audit_event}", as: ["admin"] },
  { path: "/audit/export", as: ["admin"] },
  { path: "/audit/evidence", as: ["admin"] },
  { path: "/no-such-page", as: everyone, status: 404 },
];

export const allScreens: Screen[] = widths.flatMap((width) => schemes.map((scheme) => ({ width, scheme })));

/** One screen per page, so that a run over all pages has seen every width and scheme. */
export function screenOf(index: number): Screen {
  return allScreens[index % allScreens.length];
}
