/** The body of Home: what needs a person, the newest invoices, and what happened. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { Feed, type FeedEntry } from "../../../components/ui/feed.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Halves, Section } from "../../../components/ui/section.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { type Tile, Tiles } from "../../../components/ui/tiles.tsx";

export interface RecentInvoice {
  href: string;
  /** "INV-2026-1731" or "Draft 88". */
  number: string;
  customer: string;
  /** A `Badge`. */
  state: ComponentChildren;
  /** "£4,270.84". */
  openAmount: string;
}

export interface HomeProps {
  /** "Thursday 2 April". */
  today: string;
  /** One or two sentences: what waits first. */
  state: string;
  /** Primary first; what the reader's role may do. */
  actions: { label: string; href: string }[];
  tiles: Tile[];
  recentInvoices: RecentInvoice[];
  activity: FeedEntry[];
  /** Under the head of the page: what a new business does first. */
  children?: ComponentChildren;
}

export function Home({ today, state, actions, tiles, recentInvoices, activity, children }: HomeProps) {
  return (
    <>
      <PageHeader
        title={today}
        state={state}
        actions={actions.length > 0 &&
          actions.map((action, index) => (
            <ButtonLink key={action.href} kind={index === 0 ? "go" : "normal"} href={action.href}>
              {action.label}
            </ButtonLink>
          ))}
      />
      {children}
      <Tiles label="Today" tiles={tiles} />
      <Halves>
        <Section
          id="invoices"
          title="Newest invoices"
          aside={<TapLink href="/invoices" small>See all invoices</TapLink>}
        >
          {recentInvoices.length === 0
            ? (
              <Empty
                sentence="No invoice yet."
                action={{ label: "Import the first usage", href: "/usage" }}
              />
            )
            : <RecentInvoices invoices={recentInvoices} />}
        </Section>
        <Section id="activity" title="Recent activity">
          {activity.length === 0
            ? <Empty sentence="Nothing has happened yet." />
            : <Feed entries={activity} />}
        </Section>
      </Halves>
    </>
  );
}

function RecentInvoices({ invoices }: { invoices: RecentInvoice[] }) {
  return (
    <Table
      caption="Newest invoices, newest first"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Invoice",
          place: "name",
          cell: (row) => (
            <div class="py-1">
              <TapLink href={row.href} unbroken>{row.number}</TapLink>
              <span class="block pb-1 text-label font-normal text-ink-2">{row.customer}</span>
            </div>
          ),
        },
        { label: "Status", place: "state", cell: (row) => row.state },
        { label: "Still to pay", place: "amount", figures: true, cell: (row) => row.openAmount },
      ]}
      rows={invoices}
    />
  );
}
