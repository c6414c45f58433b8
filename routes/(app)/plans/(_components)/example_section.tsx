/** The worked example under the charges of a plan: figures to try, and what they come to; kept up to date while one types. */
import { asset } from "fresh/runtime";
import { Button } from "../../../../components/ui/button.tsx";
import { errorAt } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { exampleDays } from "../../../../lib/plans/example_case.ts";
import { showDecimalAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { ExampleResult } from "./example_result.tsx";
import type { PlanExample } from "./plan_example.ts";

export function ExampleSection({ example, fieldsAction }: { example: PlanExample; fieldsAction: string }) {
  const { days, quantities, errors } = example;
  return (
    <Section id="example" title="Worked example">
      <p class="mb-6 max-w-prose">
        One vehicle in January 2024, by the charges above. Nothing of it is saved.
      </p>
      <div class="grid items-end gap-x-6 md:grid-cols-2 xl:grid-cols-3">
        <TextField
          id="days"
          label="Days on the contract"
          help={`From 1 to ${exampleDays}.`}
          example={String(exampleDays)}
          inputmode="numeric"
          value={days}
          error={errorAt(errors, "days")}
          short
        />
        {quantities.map(({ id, label, unit, value }) => (
          <TextField
            key={id}
            id={id}
            label={label}
            help={`${unit}.`}
            example="100"
            inputmode="decimal"
            value={value}
            error={errorAt(errors, id)}
            short
          />
        ))}
      </div>
      <p class="mb-6">
        <Button name="change" value="example" formaction={`${fieldsAction}#example`}>Work it out</Button>
      </p>
      <p role="status" class="sr-only" data-example-status></p>
      <ResultOf {...example} />
      <script type="module" src={asset("/live_example.js")}></script>
    </Section>
  );
}

/** What the script replaces. */
function ResultOf({ example, currency, taxInclusive, charges, errors }: PlanExample) {
  if (!example) {
    const sentence = errors.length > 0
      ? "Mend the figures above to see what they come to."
      : "Once the charges can be priced, what they come to stands here.";
    return <div data-example={sentence}>{sentence}</div>;
  }
  const total = showDecimalAmount(example.result.total, currency);
  return (
    <div data-example={`The example comes to ${total}`}>
      <ExampleResult
        example={example}
        currency={currency}
        taxInclusive={taxInclusive}
        charges={charges}
        withWorking
      />
    </div>
  );
}
