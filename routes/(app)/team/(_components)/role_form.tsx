/** The form of a role of one's own: its name, each right with what it means, and limits in money where a right has them. */
import { CheckboxGroup } from "../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { type Crumb, PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import {
  describeCapability,
  describeLimited,
  explainCapability,
  limitedCapabilities,
  type LimitedCapability,
  type Rights,
} from "../../../../lib/auth/policy.ts";
import { capabilities, type Capability } from "../../../../lib/core/actor.ts";
import { type CurrencyCode, parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { money, moneyToDecimal } from "../../../../lib/core/money.ts";
import type { CustomRoleInput } from "../../../../lib/tenants/custom_roles.ts";
import type { CustomRole } from "../../../../lib/tenants/views.ts";
import { capitalised } from "./role_choices.tsx";

export type RoleValues = CustomRoleInput;

export const emptyRole: RoleValues = { name: "", description: "", capabilities: [], limits: {} };

export const roleLabels: Record<string, string> = {
  name: "Name of the role",
  description: "What it is for",
  capabilities: "Rights",
  ...Object.fromEntries(limitedCapabilities.map((name) => [`limit-${name}`, limitLabel(name)])),
};

function limitLabel(capability: LimitedCapability): string {
  return `Highest amount: ${describeLimited(capability)}`;
}

export function valuesOfRole({ name, description, capabilities, limits }: CustomRole): RoleValues {
  const lines = (capability: LimitedCapability) =>
    limits.filter((limit) => limit.capability === capability)
      .map(({ currency, most }) => `${moneyToDecimal(money(most, parseCurrencyCode(currency)))} ${currency}`);
  return {
    name,
    description,
    capabilities,
    limits: Object.fromEntries(limitedCapabilities.map((one) => [one, lines(one).join("\n")])),
  };
}

export function readRoleValues(field: (name: string) => string): RoleValues {
  return {
    name: field("name").trim(),
    description: field("description").trim(),
    capabilities: capabilities.filter((name) => field(`can-${name}`) !== ""),
    limits: Object.fromEntries(limitedCapabilities.map((name) => [name, field(`limit-${name}`).trim()])),
  };
}

export interface RoleFormProps {
  trail: Crumb[];
  title: string;
  action: string;
  submit: string;
  values: RoleValues;
  errors: FormError[];
  hidden: Record<string, string>;
  /** Of whoever makes it: they give no more. */
  maker: Rights;
}

export function RoleForm({ trail, title, action, submit, values, errors, hidden, maker }: RoleFormProps) {
  const offered = capabilities.filter((name) => name !== "read" && maker.capabilities.has(name));
  const limits = limitedCapabilities.filter((name) => maker.capabilities.has(name));
  return (
    <>
      <PageHeader
        trail={trail}
        title={title}
        state="Everyone with the role can see all pages. Tick what they can do beyond that."
      />
      <ErrorSummary errors={errors} before="the role is saved" />
      <Form
        action={action}
        submit={submit}
        cancel={{ label: "Leave without saving", href: "/team/roles" }}
        hidden={hidden}
      >
        <TextField
          id="name"
          label={roleLabels.name}
          help="As your team says it."
          example="Depot lead"
          maxlength={40}
          value={values.name}
          error={errorAt(errors, "name")}
        />
        <TextField
          id="description"
          label={roleLabels.description}
          help="One sentence for whoever gives it."
          example="Checks what the depot bills."
          maxlength={300}
          optional
          value={values.description}
          error={errorAt(errors, "description")}
        />
        <CheckboxGroup
          id="capabilities"
          legend="Rights"
          help="You can give the rights that you have, and no more."
          error={errorAt(errors, "capabilities")}
          options={offered.map((name) => ({
            name: `can-${name}`,
            label: capitalised(describeCapability(name)),
            help: explainCapability(name),
            checked: values.capabilities.includes(name),
          }))}
        />
        {limits.length > 0 && (
          <Section id="limits" title="Highest amounts">
            <p class="mb-4 max-w-prose">
              Leave a field empty for no limit. With a limit, the role counts for the currencies that you list
              and for no other one.
            </p>
            {limits.map((name) => (
              <TextArea
                key={name}
                id={`limit-${name}`}
                label={capitalised(describeLimited(name))}
                help="An amount and a currency on each line."
                example="10,000 EUR"
                rows={2}
                optional
                value={values.limits[name]}
                error={errorAt(errors, `limit-${name}`)}
              />
            ))}
          </Section>
        )}
      </Form>
    </>
  );
}

/** "Approve invoices, up to 10,000.00 EUR or 9,000.00 GBP". */
export function describeRight(capability: Capability, limits: CustomRole["limits"]): string {
  const stated = limits.filter((limit) => limit.capability === capability);
  const words = capitalised(describeCapability(capability));
  if (stated.length === 0) return words;
  const amounts = stated.map(({ currency, most }) => showLimit(most, currency as CurrencyCode));
  const joined = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(amounts);
  return `${words}, up to ${joined}`;
}

function showLimit(most: bigint, currency: CurrencyCode): string {
  const [whole, decimals] = moneyToDecimal(money(most, currency)).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${decimals ? `.${decimals}` : ""} ${currency}`;
}
