/** What the fields of a price are called in the plan form, each with an example. */
import type { TextFieldProps } from "../../../../components/ui/field.tsx";
import type { TierValues } from "./charge_values.ts";

type PriceField = Pick<TextFieldProps, "label" | "example" | "help" | "inputmode">;

const money = { inputmode: "decimal" } as const;
export const figureFields: Record<string, PriceField> = {
  amount: { label: "Amount", example: "412.00", ...money },
  unit: { label: "Price of a unit", example: "0.27", ...money },
  size: { label: "Units in a package", example: "100", ...money },
  price: { label: "Price of a package", example: "10.00", ...money },
  free: { label: "Units that are free", example: "10", ...money },
  field: { label: "Field that holds the money", example: "amount", help: "As the events name it." },
  percent: { label: "Percentage", example: "1.3", ...money },
  perEvent: { label: "Fee for each event", example: "2.00", ...money },
  freeEvents: { label: "Events without that fee", example: "3", ...money },
  freeAmount: { label: "Money free of the percentage", example: "250.00", ...money },
  minPerEvent: { label: "Least for an event", example: "0.50", ...money },
  maxPerEvent: { label: "Most for an event", example: "20.00", ...money },
  markupPercent: { label: "Percentage on top", example: "5", ...money },
  markupPerEvent: { label: "Fee on top for each event", example: "1.00", ...money },
  startField: { label: "Field with the start of a hire", example: "start", help: "As the events name it." },
  endField: { label: "Field with the end of a hire", example: "end", help: "As the events name it." },
  hourPrice: { label: "Price of an hour", example: "9.00", ...money },
  dayPrice: { label: "Price of a day", example: "45.00", help: "24 hours.", ...money },
  weekPrice: { label: "Price of a week", example: "220.00", help: "7 days.", ...money },
  monthPrice: { label: "Price of a month", example: "690.00", help: "30 days.", ...money },
  includedPerVehicle: { label: "Units that each vehicle brings", example: "1500", ...money },
  overageUnit: { label: "Price of a unit above the pool", example: "0.12", ...money },
  base: { label: "Price of a unit at the base", example: "0.37", ...money },
  index: { label: "Index", example: "diesel-gb", help: "The reference of an index of yours." },
  baseIndex: { label: "Index at the base", example: "1.40", ...money },
  step: { label: "Step of the index", example: "0.05", ...money },
  change: { label: "Change of the price with each step", example: "0.01", ...money },
  floor: { label: "Lowest price of a unit", example: "0.30", ...money },
  ceiling: { label: "Highest price of a unit", example: "0.50", ...money },
  otherwiseUnit: { label: "Price of a unit at other times", example: "0.18", ...money },
};

/** Figures that hold a name and not a number. */
export const wide = new Set(["field", "startField", "endField", "index"]);

/** The fields of a tier, a step or a band. */
export const rowFields: Record<keyof TierValues, PriceField> = {
  upTo: { label: "Up to", example: "1000", ...money },
  unit: { label: "Price of a unit", example: "0.15", ...money },
  flat: { label: "Fee once", example: "10.00", ...money },
  amount: { label: "Amount", example: "49.00", ...money },
  name: { label: "Name", example: "night" },
  days: { label: "Days, or empty", example: "mon-fri" },
  from: { label: "From", example: "22:00" },
  to: { label: "To, not included", example: "06:00" },
};
