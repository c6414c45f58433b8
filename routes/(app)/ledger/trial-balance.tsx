/** The trial balance of an entity at the end of a day: every account's balance, on the side where it stands. */
import { page } from "fresh";
import { Day, longDate } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import type { FormError } from "../../../components/ui/error_summary.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { type TrialBalance, trialBalance } from "../../../lib/ledger/views.ts";
import { listHref } from "../(_components)/list_pages.ts";
import { showAmount } from "../invoices/(_components)/invoice_words.tsx";
import { showSides } from "./(_components)/account_words.ts";
import {
  ChooseReport,
  NoEntity,
  readDay,
  readReportChoice,
  type ReportChoice,
} from "./(_components)/report_choice.tsx";

interface Shown {
  asked: ReportChoice;
  /** As typed. */
  at: string;
  errors: FormError[];
  balance?: TrialBalance;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    ctx.state.title = { page: "Trial balance", section: "Ledger" };
    return await withTenant(database, tenantId, async (db) => {
      const asked = await readReportChoice(db, query, clock.now());
      if (!asked) return page<Shown | undefined>(undefined);
      const at = query.get("at") ?? asked.today.toString();
      const { day, errors } = readDay("at", at);
      if (!day) {
        ctx.state.title = { ...ctx.state.title!, hasErrors: true };
        return page<Shown | undefined>({ asked, at, errors }, { status: 422 });
      }
      return page<Shown | undefined>({
        asked,
        at,
        errors,
        balance: await trialBalance(db, day, asked.entity.id),
      });
    }, { readOnly: true });
  },
});

const trail = [{ label: "Home", href: "/" }, { label: "Ledger", href: "/ledger" }];

export default define.page<typeof handler>(({ data }) => {
  if (!data) return <NoEntity title="Trial balance" />;
  const { asked, at, errors, balance } = data;
  return (
    <>
      <PageHeader
        trail={trail}
        title="Trial balance"
        subject={asked.entity.name}
        state={balance && (
          <>
            At the end of <Day date={at} />. {stateOf(balance)}
          </>
        )}
      />
      <ChooseReport
        action="/ledger/trial-balance"
        entities={asked.choice.entities}
        entityId={asked.entity.id}
        days={[{ name: "at", label: "At the end of", value: at }]}
        errors={errors}
      />
      {balance && balance.rows.length > 0 && (
        <p class="screen-only">
          <TapLink href={listHref("/ledger/trial-balance.csv", { entity: asked.entity.id, at })}>
            Download as CSV
          </TapLink>
        </p>
      )}
      {balance?.sums.map(({ currency }) => (
        <Balances key={currency} balance={balance} currency={currency} entityId={asked.entity.id} at={at} />
      ))}
      {balance?.rows.length === 0 && <Empty sentence={`Nothing was posted up to ${longDate(at)}.`} />}
    </>
  );
});

function stateOf({ balanced, rows }: TrialBalance): string {
  if (rows.length === 0) return "";
  return balanced
    ? "Debits and credits are equal."
    : "Debits and credits differ. Do not use these figures, and tell whoever runs Milepost.";
}

function Balances(
  { balance, currency, entityId, at }: {
    balance: TrialBalance;
    currency: string;
    entityId: string;
    at: string;
  },
) {
  const rows = balance.rows.filter((row) => row.currency === currency)
    .map(({ code, name, debits, credits }) => ({ code, name, amount: debits - credits }));
  const sum = (amounts: bigint[]) => showAmount(amounts.reduce((total, each) => total + each, 0n), currency);
  return (
    <Section id={`balance-${currency}`} title={currency}>
      <Table
        caption={`Balances in ${currency}, by account`}
        captionHidden
        columns={[
          {
            label: "Account",
            cell: ({ code, name }) => (
              <TapLink
                href={listHref(`/ledger/accounts/${code}`, { entity: entityId, currency, to: at })}
                about={`in ${currency}`}
              >
                {`${code} ${name}`}
              </TapLink>
            ),
          },
          { label: "Debit", figures: true, cell: ({ amount }) => showSides(amount, currency).debit },
          { label: "Credit", figures: true, cell: ({ amount }) => showSides(amount, currency).credit },
        ]}
        rows={rows}
        totals={[{
          label: "Total",
          values: [
            sum(rows.map(({ amount }) => amount > 0n ? amount : 0n)),
            sum(rows.map(({ amount }) => amount < 0n ? -amount : 0n)),
          ],
          kind: "grand",
        }]}
      />
    </Section>
  );
}
