/** What each customer owed at the end of a day by how long it was due, from the documents and not from the ledger. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import type { Book } from "./ledger_account.ts";

/** Minor units. */
export interface AgeingAmounts {
  /** Not due yet, or due on the day itself. */
  current: bigint;
  days30: bigint;
  days60: bigint;
  days90: bigint;
  older: bigint;
  /** Paid and not used for an invoice. */
  credit: bigint;
  /** Open invoices less credit. */
  total: bigint;
  /** The balance of the receivable account. */
  ledger: bigint;
}

export interface AgeingRow extends AgeingAmounts {
  customerId: string;
  customerName: string;
  reference: string;
}

/**
 * Per customer of one entity and currency. An allocation counts from the day it was made, but never before the payment came in
 * or the invoice was issued.
 */
function perCustomer(db: TenantDb, { entityId, currency }: Book, code: string, day: Temporal.PlainDate) {
  const tenantId = db.tenantId;
  return sql`
    allocated as (
      select a.invoice_id, a.payment_id, a.amount
      from payment_allocation a
      join payment p on p.tenant_id = a.tenant_id and p.id = a.payment_id
      join invoice i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
      join billing_entity e on e.tenant_id = a.tenant_id and e.id = p.billing_entity_id
      where a.tenant_id = ${tenantId} and p.billing_entity_id = ${entityId} and p.currency = ${currency}
        and greatest((a.allocated_at at time zone e.zone)::date, p.received_on, i.issue_date) <= ${day}
    ), taken as (
      select invoice_id, total as amount from credit_note
      where tenant_id = ${tenantId} and billing_entity_id = ${entityId} and currency = ${currency}
        and state = 'issued' and issue_date <= ${day}
      union all
      select invoice_id, amount from write_off where tenant_id = ${tenantId} and written_off_on <= ${day}
      union all
      select i.id, i.total from invoice i
      join invoice_transition t on t.tenant_id = i.tenant_id and t.invoice_id = i.id and t.to_state = 'void'
      join billing_entity e on e.tenant_id = i.tenant_id and e.id = i.billing_entity_id
      where i.tenant_id = ${tenantId} and i.state = 'void' and (t.at at time zone e.zone)::date <= ${day}
      union all
      select invoice_id, amount from allocated
    ), open as (
      select i.customer_id, i.total - coalesce(taken.amount, 0) as amount, ${day}::date - i.due_date as days_due
      from invoice i
      left join (select invoice_id, sum(amount) as amount from taken group by 1) taken on taken.invoice_id = i.id
      where i.tenant_id = ${tenantId} and i.billing_entity_id = ${entityId} and i.currency = ${currency}
        and i.number is not null and i.issue_date <= ${day}
    ), credits as (
      select p.customer_id, p.amount
        - case when r.reversed_on <= ${day} then p.amount else 0 end
        - coalesce((select sum(a.amount) from allocated a where a.payment_id = p.id), 0)
        - coalesce((select sum(x.amount) from wallet_credit w
          join wallet_expiry x on x.tenant_id = w.tenant_id and x.wallet_credit_id = w.id
          where w.tenant_id = p.tenant_id and w.payment_id = p.id and x.expired_on <= ${day}), 0) as amount
      from payment p
      left join payment_reversal r on r.tenant_id = p.tenant_id and r.payment_id = p.id
      where p.tenant_id = ${tenantId} and p.billing_entity_id = ${entityId} and p.currency = ${currency}
        and p.received_on <= ${day}
    ), posted as (
      select entry.customer_id, entry.amount
      from ledger_entry entry
      join ledger_account account
        on account.tenant_id = entry.tenant_id and account.id = entry.ledger_account_id
      join ledger_transaction of on of.tenant_id = entry.tenant_id and of.id = entry.ledger_transaction_id
      where entry.tenant_id = ${tenantId} and account.billing_entity_id = ${entityId}
        and account.code = ${code} and entry.currency = ${currency} and of.posted_on <= ${day}
    ), parts as (
      select customer_id, amount as open, days_due, 0 as credit, 0 as ledger from open
      union all select customer_id, 0, null, amount, 0 from credits
      union all select customer_id, 0, null, 0, amount from posted
    ), aged as (
      select customer_id,
        coalesce(sum(open) filter (where days_due <= 0), 0)::bigint as current,
        coalesce(sum(open) filter (where days_due between 1 and 30), 0)::bigint as days30,
        coalesce(sum(open) filter (where days_due between 31 and 60), 0)::bigint as days60,
        coalesce(sum(open) filter (where days_due between 61 and 90), 0)::bigint as days90,
        coalesce(sum(open) filter (where days_due > 90), 0)::bigint as older,
        sum(credit)::bigint as credit, sum(open - credit)::bigint as total, sum(ledger)::bigint as ledger
      from parts group by customer_id
    )`;
}

/** Customers who owe or are owed something, by name; before a place they come in reverse, the nearest first. */
export async function listAgeing(
  db: TenantDb,
  book: Book,
  receivableCode: string,
  day: Temporal.PlainDate,
  { after, before, limit }: { after?: string; before?: string; limit: number },
): Promise<AgeingRow[]> {
  const cursor = after ?? before;
  const { rows } = await sql<AgeingRow>`
    with ${perCustomer(db, book, receivableCode, day)},
    place as (
      select name, id from customer where tenant_id = ${db.tenantId} and id = ${cursor ?? null}::text::uuid
    )
    select aged.customer_id as "customerId", customer.name as "customerName", customer.reference,
      aged.current, aged.days30, aged.days60, aged.days90, aged.older, aged.credit, aged.total, aged.ledger
    from aged
    join customer on customer.tenant_id = ${db.tenantId} and customer.id = aged.customer_id
    where (aged.current, aged.days30, aged.days60, aged.days90, aged.older, aged.credit, aged.ledger)
        is distinct from (0, 0, 0, 0, 0, 0, 0)
      ${
    cursor === undefined
      ? sql``
      : sql`and (customer.name, customer.id) ${
        after === undefined ? sql`<` : sql`>`
      } (select name, id from place)`
  }
    order by ${
    before === undefined ? sql`customer.name, customer.id` : sql`customer.name desc, customer.id desc`
  }
    limit ${limit}`.execute(db.query);
  return rows;
}

/** The sums of all customers. */
export async function sumAgeing(
  db: TenantDb,
  book: Book,
  receivableCode: string,
  day: Temporal.PlainDate,
): Promise<AgeingAmounts> {
  const { rows: [sums] } = await sql<AgeingAmounts>`
    with ${perCustomer(db, book, receivableCode, day)}
    select coalesce(sum(current), 0)::bigint as current, coalesce(sum(days30), 0)::bigint as days30,
      coalesce(sum(days60), 0)::bigint as days60, coalesce(sum(days90), 0)::bigint as days90,
      coalesce(sum(older), 0)::bigint as older, coalesce(sum(credit), 0)::bigint as credit,
      coalesce(sum(total), 0)::bigint as total, coalesce(sum(ledger), 0)::bigint as ledger
    from aged`.execute(db.query);
  return sums;
}
