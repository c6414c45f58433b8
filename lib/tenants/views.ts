/** What pages ask of the tenant itself: its billing entities with their bank details, its roles, and the zone in which its days are told. */
import { type BankDetails, findBankDetails, listOpenBankDetails } from "../../db/queries/bank_details.ts";
import {
  type BillingEntity,
  type BillingEntityFilter,
  countBillingEntities,
  type EntityUse,
  findBillingEntity as findRow,
  findEntityUse,
  listBillingEntities,
  listBillingEntitiesFrom,
  type WholeBillingEntity,
} from "../../db/queries/billing_entity.ts";
import { type CustomRole, type CustomRoleRecord, listCustomRoles } from "../../db/queries/custom_role.ts";
import { findFirstSteps, type FirstSteps } from "../../db/queries/first_steps.ts";
import { findNumberFormat } from "../../db/queries/number_format.ts";
import { findSeries } from "../../db/queries/number_series.ts";
import {
  findTaxRegistration as findRegistration,
  listTaxRegistrations,
  type TaxRegistration,
} from "../../db/queries/tax_registration.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import {
  type DocumentType,
  type NumberFormat,
  standardNumberFormat,
  writeNumber,
} from "../core/number_format.ts";
import { localDate } from "../core/period.ts";
import type { SecretContext, Secrets } from "../core/secrets.ts";
import { type AccountLine, accountLines, type BankAccount } from "./bank_account.ts";

export { type AccountLine, accountLines, type BankAccount };

export {
  type BankDetails,
  type BillingEntity,
  type CustomRole,
  type CustomRoleRecord,
  type EntityUse,
  findEntityUse,
  findFirstSteps,
  type FirstSteps,
  listBillingEntities,
  listCustomRoles,
  listTaxRegistrations,
  type TaxRegistration,
  type WholeBillingEntity,
};

/** The zone in which people of this tenant read times: that of its first billing entity by name, or UTC before there is one. */
export async function homeZone(db: TenantDb): Promise<string> {
  return (await listBillingEntities(db))[0]?.zone ?? "UTC";
}

/** Billing entities on a page. */
const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

export interface BillingEntityPage extends CursorPage<WholeBillingEntity> {
  /** How many match, up to `countedMost`; one more if there are more. */
  found: number;
}

/** A page of billing entities, by name; a cursor that is no entity begins at the first one. */
export async function pageBillingEntities(
  db: TenantDb,
  filter: BillingEntityFilter,
  cursor?: Cursor,
): Promise<BillingEntityPage> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  const key = cursor && (isBackwards ? cursor.before : cursor.after);
  const neighbour = key && isId(key) ? await findRow(db, key) : undefined;
  const place = neighbour && { name: neighbour.name, id: neighbour.id, isBackwards };
  const [read, found] = await Promise.all([
    listBillingEntitiesFrom(db, filter, rowsPerPage, place),
    countBillingEntities(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(read, rowsPerPage, place && cursor, ({ id }) => id), found };
}

/** Throws `NotFound`. */
export async function findBillingEntity(db: TenantDb, id: string): Promise<WholeBillingEntity> {
  const entity = isId(id) ? await findRow(db, id) : undefined;
  if (entity) return entity;
  throw milepostError("NotFound", {
    message:
      "There is no such billing entity, or it belongs to another company. Find it in the list of them.",
    fields: [{ field: "billingEntityId", value: id }],
  });
}

/** How the documents of one type are numbered. */
export interface Numbering {
  documentType: DocumentType;
  /** Of today, where the entity is. */
  year: number;
  /** The year's series gave a number, so its format stays. */
  hasBegun: boolean;
  /** What the next document gets if it is issued now and no other comes first. */
  nextNumber: string;
  /** How series are written that have not begun, from this year on or from the next; new if that is another form. */
  isNew: boolean;
  format: NumberFormat;
  fromYear: number;
  /** The first number of that year. */
  firstNumber: string;
}

/** How an entity numbers documents of a type. */
export async function findNumbering(
  db: TenantDb,
  { id, zone, numberPrefix }: Pick<BillingEntity, "id" | "zone" | "numberPrefix">,
  documentType: DocumentType,
  now: Temporal.Instant,
): Promise<Numbering> {
  const { year } = localDate(now, zone);
  const [series, set] = await Promise.all([
    findSeries(db, { billingEntityId: id, documentType, year }),
    findNumberFormat(db, id, documentType),
  ]);
  const standard = standardNumberFormat(numberPrefix, documentType);
  const format = set ?? standard;
  const fromYear = series ? year + 1 : year;
  const current = series ? series.format ?? standard : format;
  return {
    documentType,
    year,
    hasBegun: series !== undefined,
    nextNumber: writeNumber(current, year, (series?.lastNumber ?? 0n) + 1n),
    isNew: writeNumber(current, year, 1n) !== writeNumber(format, year, 1n),
    format,
    fromYear,
    firstNumber: writeNumber(format, fromYear, 1n),
  };
}

/** A registration of this entity. Throws `NotFound`. */
export async function findTaxRegistration(
  db: TenantDb,
  billingEntityId: string,
  id: string,
): Promise<TaxRegistration> {
  const found = isId(id) ? await findRegistration(db, id) : undefined;
  if (found?.billingEntityId === billingEntityId) return found;
  throw milepostError("NotFound", {
    message: "There is no such tax registration. Find it at its billing entity.",
    fields: [{ field: "taxRegistrationId", value: id }],
  });
}

/** What bank details are sealed to. */
export function bankDetailsContext(tenantId: string, id: string): SecretContext {
  return { tenantId, record: `bank_details:${id}` };
}

/** The details in force and the proposal that waits, each where there is one; their numbers stay sealed. */
export async function findOpenBankDetails(
  db: TenantDb,
  billingEntityId: string,
): Promise<{ inForce?: BankDetails; proposed?: BankDetails }> {
  const open = await listOpenBankDetails(db, billingEntityId);
  return {
    inForce: open.find(({ state }) => state === "in_force"),
    proposed: open.find(({ state }) => state === "proposed"),
  };
}

/** The proposal of this id at its entity. Throws `NotFound` for any other, and for one that is decided. */
export async function findBankDetailsProposal(
  db: TenantDb,
  billingEntityId: string,
  id: string,
): Promise<BankDetails> {
  const found = isId(id) ? await findBankDetails(db, id) : undefined;
  if (found?.billingEntityId === billingEntityId && found.state === "proposed") return found;
  throw milepostError("NotFound", {
    message: "No such change of bank details waits for approval. Look at the billing entity.",
    fields: [{ field: "bankDetailsId", value: id }],
  });
}

/** The account that an entity's invoices are paid to; nothing where none is in force. Throws as `openBankDetails`. */
export async function findPayee(
  db: TenantDb,
  secrets: Secrets,
  billingEntityId: string,
): Promise<BankAccount | undefined> {
  const { inForce } = await findOpenBankDetails(db, billingEntityId);
  return inForce && await openBankDetails(secrets, db.tenantId, inForce);
}

/** The same account as invoices print it. Throws as `openBankDetails`. */
export async function payeeLines(
  db: TenantDb,
  secrets: Secrets,
  billingEntityId: string,
): Promise<AccountLine[]> {
  const payee = await findPayee(db, secrets, billingEntityId);
  return payee ? accountLines(payee) : [];
}

/** The numbers themselves, for whoever may read them. Throws `SecretUnreadable`, `SecretsUnavailable`. */
export async function openBankDetails(
  secrets: Secrets,
  tenantId: string,
  { id, sealed }: BankDetails,
): Promise<BankAccount> {
  const opened = await secrets.open(bankDetailsContext(tenantId, id), sealed);
  return JSON.parse(new TextDecoder().decode(opened));
}
