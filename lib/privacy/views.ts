/** Requests to erase someone, and the consent log, as people read them. */
import {
  type Consent,
  findConsent as findConsentRow,
  listConsents as listConsentRows,
  listConsentTexts,
  type ListedConsentText,
} from "../../db/queries/consent.ts";
import {
  findPrivacyRequest as findRow,
  type IssuedDocument,
  listIssuedDocuments,
  listPrivacyRequests as listRows,
  type PrivacyRequest,
} from "../../db/queries/privacy_request.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

export { type Consent, type IssuedDocument, listConsentTexts, type ListedConsentText, type PrivacyRequest };

export const rowsPerPage = 25;

/** The newest first, with the id after which the next page begins. */
export async function listPrivacyRequests(
  db: TenantDb,
  after?: string,
): Promise<{ requests: PrivacyRequest[]; next?: string }> {
  const rows = await listRows(db, rowsPerPage + 1, after && isId(after) ? after : undefined);
  const requests = rows.slice(0, rowsPerPage);
  return rows.length > rowsPerPage ? { requests, next: requests.at(-1)!.id } : { requests };
}

/** A request, with the documents that are kept hidden. Throws `NotFound`. */
export async function findPrivacyRequest(
  db: TenantDb,
  id: string,
): Promise<{ request: PrivacyRequest; documents: IssuedDocument[] }> {
  const request = isId(id) ? await findRow(db, id) : undefined;
  if (!request) {
    throw milepostError("NotFound", {
      message: "There is no such request, or it belongs to another company. Find it in the list of requests.",
      fields: [{ field: "requestId", value: id }],
    });
  }
  const isKept = request.customerId !== null && request.state !== "done";
  return { request, documents: isKept ? await listIssuedDocuments(db, request.customerId!) : [] };
}

/** The consents of a customer, the newest first. */
export async function listConsents(db: TenantDb, customerId: string): Promise<Consent[]> {
  return isId(customerId) ? await listConsentRows(db, customerId) : [];
}

/** A consent of this customer. Throws `NotFound`. */
export async function findConsent(db: TenantDb, customerId: string, id: string): Promise<Consent> {
  const found = isId(id) ? await findConsentRow(db, id) : undefined;
  if (found?.customerId === customerId) return found;
  throw milepostError("NotFound", {
    message: "There is no such consent. Find it at its customer.",
    fields: [{ field: "consentId", value: id }],
  });
}
