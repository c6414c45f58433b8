/** What a screen reader and a keyboard get from the parts of a page: names, roles, relations. */
import assert from "node:assert/strict";
import type { ComponentChild } from "preact";
import { renderToString } from "preact-render-to-string";
import { Nav } from "../layout/nav.tsx";
import { navGroups } from "../layout/nav_groups.ts";
import { pageTitle } from "../layout/document.tsx";
import { RadioGroup, Select } from "./choice.tsx";
import { ErrorSummary } from "./error_summary.tsx";
import { TextField } from "./field.tsx";
import { trueMinus } from "./figure.tsx";
import { Form } from "./form.tsx";
import { Progress } from "./progress.tsx";
import { Stages } from "./stages.tsx";
import { Table } from "./table.tsx";

/** Without classes, and without the blanks that left-out attributes leave behind. */
function html(node: ComponentChild): string {
  return renderToString(<>{node}</>).replace(/ class="[^"]*"/g, "").replace(/\s+(?=[^<]*>)/g, " ").replaceAll(
    " >",
    ">",
  );
}

Deno.test("a field ties label, help and error to its input", () => {
  const field = html(
    <TextField
      id="po"
      label="Purchase order"
      help="Four digits."
      example="PO-4471"
      error="Type PO-4471."
      value="44"
    />,
  );
  assert.match(field, /<label for="po">Purchase order<\/label>/);
  assert.match(field, /<span id="po-help">Four digits. Example: PO-4471<\/span>/);
  assert.match(field, /<p id="po-error">/);
  assert.match(field, /<input [^>]*aria-describedby="po-help po-error"[^>]*aria-invalid="true"/);
});

Deno.test("a field without an error says nothing of one, and optional is said in words", () => {
  const field = html(<TextField id="note" label="Note" example="Agreed by phone" optional />);
  assert.match(field, /Note<span> \(optional\)<\/span>/);
  assert.doesNotMatch(field, /aria-invalid|required/);
  assert.match(html(<TextField id="name" label="Name" example="Ann" />), / required/);
});

Deno.test("what was chosen stays chosen", () => {
  const options = [{ value: "a", label: "A" }, { value: "b", label: "B" }];
  assert.match(html(<Select id="s" label="S" options={options} value="b" />), /<option value="b" selected>/);
  const group = html(<RadioGroup id="r" legend="R" options={options} value="b" />);
  assert.match(group, /id="r-b"[^>]*checked/);
  assert.doesNotMatch(group, /id="r"[^>]*checked/);
});

Deno.test("the error summary takes focus, counts, and leads to each field", () => {
  const errors = [{ field: "po", label: "Purchase order", message: "Type PO-4471." }, {
    message: "Too many tries.",
  }];
  const summary = html(<ErrorSummary errors={errors} before="review" />);
  assert.match(summary, /role="alert" tabindex="-1" autofocus/i);
  assert.match(summary, /2 things to fix before review/);
  assert.match(summary, /<a href="#po">Purchase order: type PO-4471<\/a>/);
  assert.match(summary, /<span>Too many tries.<\/span>/);
  assert.match(html(<ErrorSummary errors={errors.slice(1)} before="review" />), /1 thing to fix/);
  assert.equal(html(<ErrorSummary errors={[]} before="review" />), "");
});

Deno.test("the first button of a form saves, so Enter saves", () => {
  const form = html(<Form submit="Save the customer" cancel={{ label: "Leave", href: "/" }}>{null}</Form>);
  assert.match(form, /^<form method="post" novalidate>/i);
  assert.equal(form.match(/<button/g)?.length, 1);
  assert.match(form, /<button type="submit"><span>Save the customer<\/span>/);
});

Deno.test("a table keeps its roles, and each stacked cell names its column", () => {
  const table = html(
    <Table
      caption="Trips"
      columns={[
        { label: "Van", cell: (row: string[]) => row[0] },
        { label: "Own miles", shortLabel: "Own", figures: true, cell: (row) => row[1] },
        { label: "Pays", figures: true, cell: (row) => row[2] },
      ]}
      rows={[["LV71 KPO", "1,000.00", "£53.96"]]}
      totals={[{ label: "Total", values: ["£53.96"], kind: "grand" }]}
    />,
  );
  assert.match(table, /<table role="table"><caption>Trips<\/caption><thead role="rowgroup"><tr role="row">/);
  assert.match(table, /<th role="rowheader" scope="row">LV71 KPO<\/th>/);
  assert.match(table, /<td role="cell" data-label="Own">1,000.00<\/td>/);
  assert.match(
    table,
    /<th role="rowheader" scope="row" colspan="2">Total<\/th><td role="cell">£53.96<\/td>/i,
  );
});

Deno.test("a row's working opens under it over the whole width", () => {
  const columns = [{ label: "A", cell: (row: string) => row }, { label: "B", cell: () => "b" }];
  const table = html(
    <Table caption="T" columns={columns} rows={["1", "2"]} working={(row) => row === "2" && <p>Why</p>} />,
  );
  assert.match(
    table,
    /2<\/th><td role="cell" data-label="B">b<\/td><\/tr><tr role="row"><td role="cell" colspan="2"><p>Why/i,
  );
  assert.equal(table.match(/Why/g)?.length, 1);
});

Deno.test("the menu marks the page itself and the room a page is in", () => {
  const menu = (path: string) =>
    html(
      <Nav
        groups={navGroups(new Set(), { "/usage": { count: "12", what: "rows set aside" } })}
        path={path}
        person={{ name: "Tom" }}
        business={{ name: "Calder" }}
        signOutAction="/sign-out"
      />,
    );
  assert.match(menu("/invoices"), /<a href="\/invoices" aria-current="page">/);
  assert.match(menu("/invoices/7"), /<a href="\/invoices" aria-current="true">/);
  assert.equal(menu("/invoices/7").match(/aria-current/g)?.length, 1);
  assert.match(menu("/"), /<a href="\/" aria-current="page">/);
  assert.match(menu("/"), /Usage<span>12<span> rows set aside<\/span><\/span>/);
});

Deno.test("stages and progress say in words what they draw", () => {
  const stages = html(<Stages label="Stages" stages={["Upload", "Read", "Review"]} current={1} />);
  assert.match(stages, /Upload<span>, done<\/span>/);
  assert.match(stages, /<li aria-current="step">Read<\/li>/);
  const progress = html(<Progress id="p" title="Reading" value={2} max={3}>2 of 3 rows</Progress>);
  assert.match(progress, /<progress value="2" max="3" aria-labelledby="p">66%<\/progress>/);
  assert.match(html(<Progress id="p" title="Reading" value={0} max={0}>None</Progress>), />0%</);
});

Deno.test("a title goes from the page to the product, and says an error first", () => {
  assert.equal(
    pageTitle({ page: "Invoice INV-42", section: "Invoices", tenant: "Calder" }),
    "Invoice INV-42 – Invoices – Calder – Milepost",
  );
  assert.equal(pageTitle({ page: "Sign in", hasErrors: true }), "Error: Sign in – Milepost");
});

Deno.test("a hyphen that means minus becomes a true minus; one inside a name stays", () => {
  assert.equal(trueMinus("-£116.29"), "−£116.29");
  assert.equal(trueMinus("INV-2026-0001"), "INV-2026-0001");
});
