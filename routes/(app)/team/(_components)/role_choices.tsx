/** The roles that someone can be given, as boxes to tick: the built-in ones and the business's own. */
import { CheckboxGroup } from "../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { describeRole, rightBeyond, type Rights, rightsOf, roles } from "../../../../lib/auth/policy.ts";
import type { CustomRole } from "../../../../lib/tenants/views.ts";

export interface RoleOption {
  /** The name of a built-in role, the id of another one. */
  value: string;
  label: string;
  help: string;
}

/** Roles that allow no more than their giver may do, the built-in ones first. */
export function rolesToGive(giver: Rights, own: readonly CustomRole[]): RoleOption[] {
  const builtIn = roles.filter((role) => rightBeyond(giver, rightsOf([role])) === null)
    .map((role) => ({ value: role, label: capitalised(role), help: describeRole(role) }));
  const others = own.filter((role) => rightBeyond(giver, rightsOf([], [role])) === null)
    .map(({ id, name, description }) => ({
      value: id,
      label: name,
      help: description || "A role of your own.",
    }));
  return [...builtIn, ...others];
}

export function capitalised(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}

export function RoleChoices(
  { options, chosen, errors }: { options: RoleOption[]; chosen: readonly string[]; errors: FormError[] },
) {
  return (
    <CheckboxGroup
      id="roles"
      legend="Roles"
      help="One or more. Rights of several roles add up. You can give what you may do yourself, and no more."
      error={errorAt(errors, "roles")}
      options={options.map(({ value, label, help }) => ({
        name: `role-${value}`,
        label,
        help,
        checked: chosen.includes(value),
      }))}
    />
  );
}

/** The roles whose boxes are ticked. */
export function readChosen(field: (name: string) => string, options: readonly RoleOption[]): string[] {
  return options.map(({ value }) => value).filter((value) => field(`role-${value}`) !== "");
}
