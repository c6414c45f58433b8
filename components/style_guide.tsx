/** Every component in every state, with realistic data: the page to look at when a component changes. Development only. */
import type { ComponentChildren } from "preact";
import { Badge, type BadgeState } from "./ui/badge.tsx";
import { Actions, Button, ButtonLink } from "./ui/button.tsx";
import { Checkbox, RadioGroup, Select } from "./ui/choice.tsx";
import { Day } from "./ui/date.tsx";
import { Empty } from "./ui/empty.tsx";
import { ErrorSummary } from "./ui/error_summary.tsx";
import { Facts } from "./ui/facts.tsx";
import { Feed } from "./ui/feed.tsx";
import { FileField, TextArea, TextField } from "./ui/field.tsx";
import { Chips, FilterBar } from "./ui/filter_bar.tsx";
import { Form } from "./ui/form.tsx";
import { TapLink } from "./ui/link.tsx";
import { MoreActions } from "./ui/more_actions.tsx";
import { Notice } from "./ui/notice.tsx";
import { PageHeader } from "./ui/page_header.tsx";
import { Pagination } from "./ui/pagination.tsx";
import { Progress } from "./ui/progress.tsx";
import { QuantityBar } from "./ui/quantity_bar.tsx";
import { OwnViews, SavedViews } from "./ui/saved_views.tsx";
import { Prose, Section } from "./ui/section.tsx";
import { Stages } from "./ui/stages.tsx";
import { Table } from "./ui/table.tsx";
import { Tiles } from "./ui/tiles.tsx";
import { Timeline } from "./ui/timeline.tsx";
import { TracePanel } from "./ui/trace_panel.tsx";

export function StyleGuide() {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Style guide"
        subject={<TapLink href="#buttons">Go to the buttons</TapLink>}
        state="Every part of a page, in every state it can have."
        figure={{ label: "The one figure of a page", value: "£12,581,438.85" }}
        actions={<ButtonLink kind="go" href="#forms">Go to the forms</ButtonLink>}
      />
      <Words />
      <Buttons />
      <Badges />
      <Lists />
      <Tables />
      <Figures />
      <Forms />
      <Work />
      <Why />
      <History />
    </>
  );
}

function Words() {
  return (
    <Section id="words" title="Words" aside="Calm, exact, short" first>
      <Prose>
        <p>
          Six vans share one pool of miles. Together they drove 739.84 miles more than the pool holds, so
          those miles are charged once. <a href="#why">See how the amount was worked out</a>.
        </p>
        <p>The next paragraph stands apart by a line and a half, and no line is longer than 80 characters.</p>
      </Prose>
      <div class="mt-6">
        <Notice tone="info">
          3 new payments came in. <a href="#history">Show the new payments</a>
        </Notice>
        <Notice tone="good">The customer is saved. Invoices go to accounts@brightwater.example.</Notice>
        <Notice tone="warn">Saved copy of 14:02. Changes will be sent when you are back.</Notice>
      </div>
    </Section>
  );
}

function Buttons() {
  return (
    <Section id="buttons" title="Buttons">
      <Actions>
        <Button kind="go" type="button">Approve 498 invoices</Button>
        <Button icon="download" type="button">Download 3 files</Button>
        <Button kind="plain" type="button">Leave without saving</Button>
        <Button kind="stop" type="button">Void the invoice</Button>
      </Actions>
      <MoreActions
        links={[{ label: "Credit all or part", href: "/style-guide/credit" }, {
          label: "Write off the rest",
          href: "/style-guide/write-off",
        }]}
      />
    </Section>
  );
}

const states: [BadgeState, string][] = [
  ["draft", "Draft"],
  ["void", "Void"],
  ["set_aside", "12 rows set aside"],
  ["due", "Due in 14 days"],
  ["part_paid", "Part paid"],
  ["running", "Reading"],
  ["paid", "Paid"],
  ["done", "Done"],
  ["approve", "To approve"],
  ["look", "Much more than last month"],
  ["overdue", "Overdue 6 days"],
  ["failed", "Payment failed"],
];

function Badges() {
  return (
    <Section id="badges" title="Badges" aside="Only what needs a person is painted">
      <ul role="list" class="flex flex-wrap items-center gap-x-6 gap-y-3">
        {states.map(([state, word]) => (
          <li key={word}>
            <Badge state={state}>{word}</Badge>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Lists() {
  return (
    <Section id="lists" title="Lists">
      <SavedViews
        current="#lists"
        views={[
          { label: "All", href: "#lists", count: "1,976" },
          { label: "Overdue", href: "/style-guide/overdue", count: "19" },
        ]}
      />
      <OwnViews
        current="/style-guide/brightwater"
        views={[{ label: "Overdue at Brightwater", href: "/style-guide/brightwater" }]}
        changeHref="/style-guide/change"
      />
      <FilterBar label="Filter invoices" action="#lists">
        <TextField id="guide-search" label="Search invoices" example="Brightwater" type="search" compact />
        <Select id="guide-status" label="Status" options={[{ value: "any", label: "Any status" }]} compact />
      </FilterBar>
      <Chips
        clearHref="/style-guide/clear"
        filters={[{ label: "Status: overdue", href: "/style-guide/a" }, {
          label: "Issued from 1 March 2026",
          href: "/style-guide/b",
        }]}
      />
      <Pagination
        summary="Rows 26–50 of 1,976"
        previous={{ label: "Previous 25 invoices", href: "/style-guide/previous" }}
        next={{ label: "Next 25 invoices", href: "/style-guide/next" }}
      />
      <Empty main sentence="No invoice matches." action={{ label: "Clear 3 filters", href: "#lists" }} />
    </Section>
  );
}

interface Trip {
  plate: string;
  day: string;
  state: ComponentChildren;
  miles: string;
  amount: string;
}

const trips: Trip[] = [
  {
    plate: "LV71 KPO",
    day: "2026-04-02",
    state: <Badge state="paid">Billed</Badge>,
    miles: "82.40",
    amount: "£9.89",
  },
  {
    plate: "LV24 FHT",
    day: "2026-03-31",
    state: <Badge state="look">Look again</Badge>,
    miles: "701.50",
    amount: "−£6.30",
  },
];

function Tables() {
  const columns = [
    {
      label: "Van",
      place: "name" as const,
      cell: (trip: Trip) => <TapLink href={`/style-guide/${trip.plate}`}>{trip.plate}</TapLink>,
    },
    { label: "Day", place: "date" as const, cell: (trip: Trip) => <Day date={trip.day} short /> },
    { label: "State", place: "state" as const, cell: (trip: Trip) => trip.state },
    { label: "Miles", place: "none" as const, figures: true, cell: (trip: Trip) => trip.miles },
    { label: "Amount", place: "amount" as const, figures: true, cell: (trip: Trip) => trip.amount },
  ];
  const plain = columns.map((column, index) =>
    index === 0 ? { ...column, cell: (trip: Trip) => trip.plate } : column
  );
  return (
    <Section id="tables" title="Tables">
      <Table caption="A record: rows that lead somewhere" layout="record" columns={columns} rows={trips} />
      <Table
        caption="Stacked under 768 px, with a sum and a grand total"
        columns={plain}
        rows={trips}
        totals={[
          { label: "Before VAT", values: ["£3.59"], kind: "sum" },
          { label: "VAT", values: ["£0.72"] },
          { label: "Total", values: ["783.90", "£4.31"], kind: "grand" },
        ]}
      />
      <Table
        caption="Tight and in pairs: rows that are only read"
        layout="paired"
        tight
        columns={plain}
        rows={trips}
      />
    </Section>
  );
}

function Figures() {
  const link = (label: string) => ({ label, href: "#figures" });
  return (
    <Section id="figures" title="Figures">
      <Facts
        facts={[
          { label: "Issued", value: <Day date="2026-04-02" /> },
          { label: "Contract", value: "C-118, version 3", href: "/style-guide/contract" },
          { label: "Purchase order", value: "none" },
        ]}
      />
      <TilesUnderHeading link={link} />
      <QuantityBar
        id="guide-bar"
        title="Miles driven against the pool"
        description="The pool holds 2,000 miles. 6,385 miles were driven, so 4,385 miles are over."
        withinPercent={31.32}
        boundLabel="In the pool 2,000"
        unit="Miles"
        endLabel="Driven 6,385: 4,385 over"
      />
    </Section>
  );
}

function TilesUnderHeading({ link }: { link: (label: string) => { label: string; href: string } }) {
  return (
    <div class="mt-6">
      <Tiles
        label="Tiles"
        tiles={[
          { name: "Drafts", icon: "draft", tone: "plain", figure: "£1,428.50", note: "2 invoices" },
          {
            name: "Due",
            icon: "due",
            tone: "info",
            figure: "£412,906.18",
            note: "148 invoices",
            link: link("See 148 due invoices"),
          },
          {
            name: "To approve",
            icon: "approve",
            tone: "warn",
            figure: "3 items",
            note: "1 run, 2 credit notes",
            link: link("Decide on 3 items"),
          },
          {
            name: "Overdue",
            icon: "overdue",
            tone: "bad",
            figure: "£38,214.50",
            note: "17 invoices",
            link: link("Chase 17 overdue invoices"),
          },
        ]}
      />
    </div>
  );
}

const formErrors = [
  { field: "guide-po", label: "Purchase order", message: "“4471” has no PO- in front. Type PO-4471." },
  { field: "guide-agree", label: "Check", message: "Say that you have looked at the exceptions." },
];

function Forms() {
  return (
    <Section id="forms" title="Forms">
      <ErrorSummary errors={formErrors} before="review" />
      <Form
        submit="Save the draft"
        cancel={{ label: "Leave the draft as it was", href: "#forms" }}
        action="#forms"
      >
        <TextField
          id="guide-customer"
          label="Customer"
          help="Start with the name or number."
          example="Brightwater"
          value="Brightwater Facilities Ltd"
        />
        <TextField
          id="guide-po"
          label="Purchase order"
          help="Brightwater asks for PO- and 4 digits."
          example="PO-4471"
          value="4471"
          error={formErrors[0].message}
          short
        />
        <TextField
          id="guide-date"
          label="Invoice date"
          example="8 April 2026"
          type="date"
          value="2026-04-08"
          short
        />
        <Select
          id="guide-terms"
          label="Payment terms"
          help="From the customer’s record."
          options={[{ value: "20", label: "20 days" }, { value: "30", label: "30 days" }]}
          value="30"
          short
        />
        <TextArea
          id="guide-message"
          label="Message to the customer"
          example="Thank you for your help."
          optional
        />
        <FileField
          id="guide-file"
          label="File of usage"
          help="A CSV file of up to 2 GB."
          example="trips-march.csv"
          accept=".csv"
        />
        <RadioGroup
          id="guide-unit"
          legend="What one price is for"
          help="Each trip is counted in this unit."
          options={[
            { value: "mile", label: "A mile", help: "From the odometer or the trip." },
            { value: "trip", label: "A trip" },
          ]}
          value="mile"
        />
        <Checkbox id="guide-agree" label="I have looked at the 7 exceptions" error={formErrors[1].message} />
      </Form>
    </Section>
  );
}

function Work() {
  return (
    <Section id="work" title="Work that runs">
      <Stages label="Stages of the run" stages={["Scope", "Preview", "Approve", "Issue"]} current={1} />
      <Progress
        id="guide-progress"
        title="Checking every invoice again"
        value={310}
        max={500}
        updateHref="#work"
      >
        310 of 500 checked, 0 differ. About 20 seconds left. You can leave this page.
      </Progress>
    </Section>
  );
}

function Why() {
  return (
    <Section id="amounts" title="Why this amount?">
      <TracePanel
        id="why"
        question="Why £2.88?"
        sentence="The van drove 24 miles, and each mile costs £0.12."
        quantity={{
          title: "Miles driven",
          description: "24 miles were driven, all at one price.",
          withinPercent: 100,
          unit: "Miles",
          endLabel: "Driven 24.00",
        }}
        steps={[
          { words: "Miles driven in March", result: "24.00 miles" },
          { words: "Each mile at £0.12", sum: "24.00 × £0.12", result: "£2.88" },
        ]}
        source="From contract C-118, version 3."
        links={[{ label: "Read contract C-118", href: "/style-guide/contract-118" }]}
      />
    </Section>
  );
}

function History() {
  return (
    <Section id="history" title="History">
      <Timeline
        entries={[
          { kind: "next", what: "Due", detail: <Day date="2026-04-22" /> },
          { kind: "event", what: "Emailed", detail: "2 April, 15:12 to accounts@brightwater.example" },
          { kind: "milestone", what: "Issued", detail: "2 April, 15:12 by Tom Okafor" },
        ]}
      />
      <Feed
        entries={[{
          key: "1",
          when: <time datetime="2026-04-02T13:31">13:31</time>,
          state: <Badge state="failed">Payment failed</Badge>,
          what: "Pryce & Daughters: £318.00. The card has expired.",
        }]}
      />
      <Empty
        sentence="No payment yet."
        action={{ label: "Record the first payment", href: "/style-guide/payment" }}
      />
    </Section>
  );
}
