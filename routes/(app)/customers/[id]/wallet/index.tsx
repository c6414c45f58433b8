/** The wallet of a customer: what is left to be used, and what moved. */
import { page } from "fresh";
import { Day, Moment } from "../../../../../components/ui/date.tsx";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { Empty } from "../../../../../components/ui/empty.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { Notice } from "../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import { Table } from "../../../../../components/ui/table.tsx";
import { withTenant } from "../../../../../db/tenant.ts";
import { define, signedIn } from "../../../../../define.ts";
import { type Customer, findCustomer } from "../../../../../lib/customers/views.ts";
import { findWallet, type Wallet, type WalletMovement } from "../../../../../lib/payments/wallet/views.ts";
import { Missing, showAmount } from "../../../invoices/(_components)/invoice_words.tsx";
import { walletKindNames } from "../../(_components)/wallet_words.ts";

const notices: Record<string, string> = {
  paid_in: "The money is in the wallet. The next invoices use it.",
  granted: "The money is granted. It comes off the next bills.",
};

interface Shown {
  customer: Customer;
  wallet: Wallet;
  mayPayIn: boolean;
  mayGrant: boolean;
  notice?: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const found = await withTenant(ctx.state.environment.database, tenantId, async (db) => {
      const customer = await findCustomer(db, ctx.params.id);
      return { customer, wallet: await findWallet(db, customer.id) };
    }, { readOnly: true });
    ctx.state.title = { page: "Wallet", section: found.customer.name };
    return page<Shown>({
      ...found,
      mayPayIn: session.actor.capabilities.has("payments.record"),
      mayGrant: session.actor.capabilities.has("contracts.write"),
      notice: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data: { customer, wallet, mayPayIn, mayGrant, notice } }) => {
  const here = `/customers/${customer.id}`;
  const [only, ...others] = wallet.balances;
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Customers", href: "/customers" },
          { label: customer.name, href: here },
        ]}
        title="Wallet"
        subject={`${customer.name}, customer ${customer.reference}`}
        state="Granted money comes off the coming bills before tax. Money paid ahead pays them as they are issued."
        figure={only && others.length === 0
          ? { label: "Left", value: showAmount(only.paid + only.granted, only.currency) }
          : undefined}
        actions={(mayPayIn || mayGrant) && (
          <>
            {mayPayIn && (
              <ButtonLink kind="go" icon="add" href={`${here}/wallet/new`}>Pay money in</ButtonLink>
            )}
            {mayGrant && <ButtonLink href={`${here}/wallet/grant`}>Grant money</ButtonLink>}
          </>
        )}
      />
      {wallet.balances.length > 0 && <Facts facts={wallet.balances.map(balanceFact)} />}
      <Section id="credits" title="What there is">
        <Credits credits={wallet.credits} />
      </Section>
      <Section id="movements" title="Movements">
        <Movements movements={wallet.movements} />
      </Section>
    </>
  );
});

function balanceFact({ entityName, currency, paid, granted }: Wallet["balances"][number]) {
  return {
    label: `Left for ${entityName}`,
    value: (
      <>
        <span class="block">{`${showAmount(paid, currency)} paid ahead`}</span>
        <span class="block">{`${showAmount(granted, currency)} granted`}</span>
      </>
    ),
  };
}

function Credits({ credits }: Pick<Wallet, "credits">) {
  if (credits.length === 0) return <Empty sentence="Nothing was paid into this wallet yet." />;
  return (
    <Table
      caption="Wallet money, in the order in which it is used"
      captionHidden
      columns={[
        {
          label: "Money",
          cell: ({ name, paymentId }) =>
            paymentId === null ? name : <TapLink href={`/payments/${paymentId}`}>{name}</TapLink>,
        },
        { label: "Kind", cell: ({ kind, isReversed }) => isReversed ? "taken back" : walletKindNames[kind] },
        { label: "For invoices of", cell: ({ entityName }) => entityName },
        { label: "Priority", figures: true, cell: ({ priority }) => `${priority}` },
        {
          label: "Last day",
          cell: ({ expiresOn }) =>
            expiresOn === null
              ? <Missing>no end</Missing>
              : <Day date={expiresOn.subtract({ days: 1 }).toString()} />,
        },
        { label: "Amount", figures: true, cell: ({ amount, currency }) => showAmount(amount, currency) },
        { label: "Left", figures: true, cell: ({ left, currency }) => showAmount(left, currency) },
      ]}
      rows={credits}
    />
  );
}

const movementNames: Record<WalletMovement["what"], string> = {
  added: "Came in",
  used: "Used",
  returned: "Given back",
  expired: "Expired",
  reversed: "Taken back",
};

function Movements({ movements }: Pick<Wallet, "movements">) {
  if (movements.length === 0) return <Empty sentence="Nothing moved yet." />;
  return (
    <Table
      caption="Movements, newest first"
      captionHidden
      columns={[
        { label: "When", cell: ({ at }) => <Moment instant={String(at)} zone="UTC" /> },
        { label: "What", cell: ({ what }) => movementNames[what] },
        { label: "Money", cell: ({ name }) => name },
        {
          label: "Invoice",
          cell: ({ invoiceId, invoiceNumber }) =>
            invoiceId === null
              ? <Missing>none</Missing>
              : <TapLink href={`/invoices/${invoiceId}`}>{invoiceNumber ?? "Draft"}</TapLink>,
        },
        { label: "Amount", figures: true, cell: ({ amount, currency }) => showAmount(amount, currency) },
      ]}
      rows={movements}
    />
  );
}
