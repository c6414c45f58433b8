/** Exchange rates by day, pair and source, which are only ever added, and how old one may be to be used. */
import { protect } from "./protect.ts";

/** Frozen: a later change of these tables is a later migration. */
export const statements: string = `
-- 1 of the base currency is so much of the quote currency
create table exchange_rate (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  base_currency currency_code not null,
  quote_currency currency_code not null,
  day date not null,
  source text not null check (source in ('ecb', 'manual')),
  rate numeric not null check (rate > 0),
  recorded_by text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  check (base_currency <> quote_currency)
);
create index exchange_rate_of_pair on exchange_rate
  (tenant_id, base_currency, quote_currency, day desc, source desc, recorded_at desc, id desc);
create index exchange_rate_newest on exchange_rate (tenant_id, day desc, base_currency, quote_currency);
${protect("exchange_rate", "select, insert")}

-- the latest row of a tenant holds; 7 days while there is none
create table exchange_rate_policy (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  oldest_days int not null check (oldest_days between 0 and 366),
  set_by text not null,
  set_at timestamptz not null,
  primary key (tenant_id, id)
);
${protect("exchange_rate_policy", "select, insert")}
`;
