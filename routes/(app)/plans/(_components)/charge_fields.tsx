/** One charge of the plan form: only the fields that fit its kind and price; what was typed in the others travels along unseen. */
import { Button } from "../../../../components/ui/button.tsx";
import { Checkbox, Select } from "../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import {
  type ChargeValues,
  emptyTier,
  figureName,
  figureNames,
  figures,
  type FormModel,
  isTiered,
  rowNames,
  type TierValues,
} from "./charge_values.ts";
import { taxSupplies } from "../../../../lib/core/tax_facts.ts";
import { supplyWords } from "./charge_words.ts";
import { figureFields, rowFields, wide } from "./price_labels.ts";

const kinds = [
  { value: "recurring", label: "Each billing period" },
  { value: "usage", label: "For usage" },
  { value: "one_time", label: "Once, at the start" },
];
const pers = [
  { value: "vehicle", label: "For each vehicle" },
  { value: "contract", label: "For the whole contract" },
];
const prorations = [
  { value: "day", label: "By the day" },
  { value: "second", label: "By the second" },
  { value: "fixed30", label: "By 30ths of a month" },
  { value: "none", label: "Always the whole period" },
];
const timings = [
  { value: "arrears", label: "After the period" },
  { value: "advance", label: "Before the period" },
];
const aggregates = [
  { value: "sum", label: "Sum of a field" },
  { value: "count", label: "Number of events" },
  { value: "max", label: "Highest value of a field" },
  { value: "unique", label: "Different values of a field" },
  { value: "last_minus_first", label: "Last value less the first" },
  { value: "time_weighted", label: "Mean over time" },
];
const quantityModels = [
  { value: "flat", label: "One amount" },
  { value: "per_unit", label: "Price per unit" },
  { value: "graduated", label: "Tiers, each part by its own" },
  { value: "volume", label: "Tiers, all by the one it reaches" },
  { value: "package", label: "Packages" },
  { value: "stairstep", label: "Steps, one amount each" },
];
const eventModels = [
  { value: "percentage", label: "Percentage of money" },
  { value: "pass_through", label: "What it cost, passed on" },
  { value: "active_vehicle", label: "Amount per active vehicle" },
  { value: "best_rate", label: "Cheapest of hour, day, week, month" },
  { value: "pooled", label: "Allowance in one pool" },
  { value: "indexed", label: "Price that moves with an index" },
  { value: "time_of_use", label: "Price by the time of day" },
];
const categories = [
  { value: "S", label: "S, standard" },
  { value: "Z", label: "Z, zero rated" },
  { value: "E", label: "E, exempt" },
  { value: "AE", label: "AE, reverse charge" },
  { value: "K", label: "K, within the EU" },
  { value: "G", label: "G, export" },
  { value: "O", label: "O, outside the tax" },
  { value: "L", label: "L, Canary Islands" },
  { value: "M", label: "M, Ceuta and Melilla" },
  { value: "", label: "No tax in this plan" },
  ...taxSupplies.map((supply) => ({ value: supply, label: `By the rules: ${supplyWords[supply]}` })),
];

export interface ChargeFieldsProps {
  values: ChargeValues;
  /** Counted from 1. */
  number: number;
  errors: FormError[];
  /** Where the buttons send the form to be shown again. */
  fieldsAction: string;
  isOnly: boolean;
}

export function ChargeFields(props: ChargeFieldsProps) {
  const { values, number, errors, fieldsAction, isOnly } = props;
  const id = (name: string) => `charge-${number}-${name}`;
  const at = (name: string) => ({ id: id(name), error: errorAt(errors, id(name)) });
  const title = values.name === "" ? `Charge ${number}` : `Charge ${number}: ${values.name}`;
  return (
    <fieldset id={`charge-${number}`} class="min-w-0 mt-12">
      <legend class="w-full py-4 border-t-2 border-ink text-section font-bold">{title}</legend>
      <div class="grid items-end gap-x-6 md:grid-cols-2">
        <TextField
          {...at("name")}
          label="Name"
          help="As it stands on the invoice."
          example="Distance"
          value={values.name}
        />
        <TextField
          {...at("reference")}
          label="Reference"
          help="Short, and once in this plan."
          example="km"
          value={values.reference}
        />
        <Select {...at("kind")} label="When it is charged" options={kinds} value={values.kind} />
        <Select {...at("model")} label="How it is priced" options={modelsFor(values)} value={values.model} />
      </div>
      <p class="mb-6">
        <Button
          name="change"
          value={`show ${number}`}
          formaction={`${fieldsAction}#charge-${number}`}
          about={`of charge ${number}`}
        >
          Show the fields for these two
        </Button>
      </p>
      <Unseen values={values} id={id} />
      {values.kind === "usage" && <MeterFields values={values} at={at} />}
      <PriceFields {...props} at={at} />
      <TermFields values={values} at={at} />
      {!isOnly && (
        <Button
          kind="plain"
          icon="close"
          name="change"
          value={`remove_charge ${number}`}
          formaction={`${fieldsAction}#charges`}
        >
          {`Remove charge ${number}`}
        </Button>
      )}
    </fieldset>
  );
}

type At = (name: string) => { id: string; error?: string };

/** What only events can be priced by is offered for usage alone, unless it was chosen before. */
function modelsFor({ kind, model }: ChargeValues) {
  const more = eventModels.filter(({ value }) => kind === "usage" || value === model);
  return [...quantityModels, ...more, { value: "json", label: "Other, written as JSON" }];
}

function MeterFields({ values, at }: { values: ChargeValues; at: At }) {
  return (
    <div class="grid gap-x-6 md:grid-cols-2">
      <TextField
        {...at("event")}
        label="Events that count"
        help="The kind of event, as it is imported."
        example="trip"
        value={values.event}
      />
      <Select {...at("aggregate")} label="What is counted" options={aggregates} value={values.aggregate} />
      <TextField
        {...at("field")}
        label="Field"
        help="Not needed for a number of events."
        example="km"
        value={values.field}
        optional
      />
      <TextArea
        {...at("where")}
        label="Only events where"
        help="One field and its value on a line."
        example="purpose = business"
        rows={2}
        value={values.where}
        optional
      />
    </div>
  );
}

/** For whom, for how much of a month, and with which tax: the same for every price. */
function TermFields({ values, at }: { values: ChargeValues; at: At }) {
  return (
    <div class="grid items-end gap-x-6 md:grid-cols-2">
      <Select {...at("per")} label="For whom" options={pers} value={values.per} />
      {values.kind === "recurring" && (
        <Select
          {...at("proration")}
          label="Part of a period"
          options={prorations}
          value={values.proration}
        />
      )}
      {values.kind === "recurring" && (
        <Select {...at("timing")} label="When it is billed" options={timings} value={values.timing} />
      )}
      <Select
        {...at("taxCategory")}
        label="Tax category"
        options={categories}
        value={values.taxCategory}
      />
      <TextField
        {...at("taxPercent")}
        label="Tax percentage"
        example="20"
        inputmode="decimal"
        value={values.taxPercent}
        optional={!["S", "L", "M"].includes(values.taxCategory)}
        short
      />
    </div>
  );
}

function PriceFields({ values, number, fieldsAction, at }: ChargeFieldsProps & { at: At }) {
  if (values.model === "json") {
    return (
      <TextArea
        {...at("json")}
        label="Price as JSON"
        help="In the form of a price case."
        example={`{ "model": "flat", "amount": "99.00" }`}
        rows={8}
        value={values.json}
      />
    );
  }
  return (
    <>
      {isTiered(values.model) && (
        <TierFields values={values} number={number} fieldsAction={fieldsAction} at={at} />
      )}
      <FigureFields values={values} at={at} />
    </>
  );
}

function FigureFields({ values, at }: { values: ChargeValues; at: At }) {
  if (figures[values.model as FormModel].length === 0) return null;
  return (
    <div class="grid items-end gap-x-6 md:grid-cols-2">
      {figures[values.model as FormModel].map((figure) => {
        const name = figureName(figure);
        return (
          <TextField
            key={name}
            {...figureFields[name]}
            {...at(`price-${name}`)}
            value={values.figures[name] ?? ""}
            optional={figure.endsWith("?")}
            short={!wide.has(name)}
          />
        );
      })}
    </div>
  );
}

function TierFields(
  { values, number, fieldsAction, at }: Omit<ChargeFieldsProps, "errors" | "isOnly"> & { at: At },
) {
  const { model } = values;
  const here = `${fieldsAction}#charge-${number}`;
  const isBand = model === "time_of_use";
  const noun = isBand ? "band" : model === "stairstep" ? "step" : "tier";
  return (
    <>
      <p class="mb-4 max-w-prose text-ink-2">
        {isBand
          ? "The time at which a use starts decides. A band may pass midnight; it belongs to the day it starts on."
          : `Leave “Up to” empty in the last ${noun}, so that it has no end.`}
      </p>
      {values.tiers.map((tier, index) => (
        <fieldset key={index} class="min-w-0 mb-4">
          <legend class="pb-1 text-label text-ink-2">{`Charge ${number}, ${noun} ${index + 1}`}</legend>
          <input type="hidden" name={`charge-${number}-tier-${index + 1}`} value="1" />
          <div class="grid gap-x-4 gap-y-3 items-end sm:grid-cols-2 lg:grid-cols-4">
            {rowNames(model).map((name) => (
              <TextField
                key={name}
                {...rowFields[name]}
                {...at(`tier-${index + 1}-${name}`)}
                value={tier[name]}
                compact
              />
            ))}
            {values.tiers.length > 1 && (
              <Button
                kind="plain"
                name="change"
                value={`remove_tier ${number} ${index + 1}`}
                formaction={here}
                about={`of charge ${number}`}
              >
                {`Remove ${noun} ${index + 1}`}
              </Button>
            )}
          </div>
        </fieldset>
      ))}
      <p class="mb-2">
        <Button
          icon="add"
          name="change"
          value={`add_tier ${number}`}
          formaction={here}
          about={`to charge ${number}`}
        >
          {`Add a ${noun}`}
        </Button>
      </p>
      {!isBand && (
        <Checkbox
          id={`charge-${number}-flatFeeOnZero`}
          label={noun === "step"
            ? "Bill the first step without usage too"
            : "Bill the first fee without usage too"}
          checked={values.flatFeeOnZero}
        />
      )}
    </>
  );
}

/** What was typed under another kind or price, so that going back finds it again. */
function Unseen({ values, id }: { values: ChargeValues; id: (name: string) => string }) {
  const { kind, model } = values;
  const shownFigures = figures[model as FormModel].map(figureName);
  const kept: [string, string][] = [
    ...(kind === "usage" ? [] : (["event", "aggregate", "field", "where"] as const).map(
      (name): [string, string] => [name, values[name]],
    )),
    ...(kind === "recurring" ? [] : (["proration", "timing"] as const).map(
      (name): [string, string] => [name, values[name]],
    )),
    ...figureNames.filter((name) => !shownFigures.includes(name))
      .map((name): [string, string] => [`price-${name}`, values.figures[name] ?? ""]),
    ...(model === "json" ? [] : [["json", values.json] as [string, string]]),
    ...keptTiers(values),
  ];
  return (
    <>
      {kept.filter(([, value]) => value !== "").map(([name, value]) => (
        <input key={name} type="hidden" name={id(name)} value={value} />
      ))}
    </>
  );
}

/** Of shown rows only the members of the other models; of unseen ones everything. */
function keptTiers({ model, tiers, flatFeeOnZero }: ChargeValues): [string, string][] {
  const all = Object.keys(emptyTier) as (keyof TierValues)[];
  const isShown = isTiered(model);
  const shown = isShown ? rowNames(model) : [];
  const isEmpty = tiers.length === 1 && Object.values(tiers[0]).every((value) => value === "");
  if (!isShown && isEmpty) return [];
  return [
    ...tiers.flatMap((tier, index): [string, string][] => [
      ...(isShown ? [] : [[`tier-${index + 1}`, "1"] as [string, string]]),
      ...all.filter((name) => !shown.includes(name))
        .map((name): [string, string] => [`tier-${index + 1}-${name}`, tier[name]]),
    ]),
    ...(isShown && model !== "time_of_use"
      ? []
      : [["flatFeeOnZero", flatFeeOnZero ? "yes" : ""] as [string, string]]),
  ];
}
