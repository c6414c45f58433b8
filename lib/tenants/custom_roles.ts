/** Roles of a tenant's own: a name, what it allows, and up to which amounts. */
import {
  deleteCustomRole,
  insertCustomRole,
  lockCustomRole,
  type NewCustomRole,
  setCustomRole,
} from "../../db/queries/custom_role.ts";
import type { TenantDb } from "../../db/tenant.ts";
import {
  isRole,
  limitedCapabilities,
  type LimitedCapability,
  requireMayChange,
  requireMayGive,
  rightsOf,
  type RoleLimit,
} from "../auth/policy.ts";
import { readTypedAmount } from "../core/amount_input.ts";
import { capabilities } from "../core/actor.ts";
import { defineCommand } from "../core/command.ts";
import { isCurrencyCode } from "../core/currency.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readOptionalText, readText } from "../core/input.ts";

export interface CustomRoleInput {
  name: string;
  description: string;
  /** Beside `read`, which every role has. */
  capabilities: readonly string[];
  /** For some of them, amounts as typed: a line for each currency, "10,000 EUR". No line is no limit. */
  limits: Readonly<Partial<Record<LimitedCapability, string>>>;
}

const longestName = 40;
const longestDescription = 300;

/** Throws `InvalidInput`, `AlreadyExists` for a name in use, and `NotPermitted` for a right that its maker does not have. */
export const createRole = defineCommand<CustomRoleInput, { roleId: string }>({
  name: "role.create",
  capability: "members.manage",
  confirmed: true,
  subject: (_input, { roleId }) => ({ type: "role", id: roleId }),
  async run({ db, actor, emit }, input) {
    const role = readRole(input);
    requireMayGive(actor, rightsOf([], [role]));
    const roleId = await insertCustomRole(db, role);
    if (roleId === undefined) throw nameTaken(role.name);
    emit("role.created", roleId, { name: role.name });
    return { roleId };
  },
});

export interface CustomRoleChange extends CustomRoleInput {
  roleId: string;
  /** Of the role as it was read, so that a change made meanwhile is not lost. */
  rowVersion: string;
}

/** Changes what everyone with the role may do, at once. Throws as `createRole`, `NotFound`, and `Conflict`. */
export const updateRole = defineCommand<CustomRoleChange, { roleId: string }>({
  name: "role.update",
  capability: "members.manage",
  confirmed: true,
  subject: ({ roleId }) => ({ type: "role", id: roleId }),
  async run({ db, actor, emit }, input) {
    const { roleId } = input;
    const current = await requireRole(db, roleId);
    if (current.rowVersion !== input.rowVersion) {
      throw milepostError("Conflict", {
        message: "Someone changed this role meanwhile. Compare the new values with yours, then save again.",
      });
    }
    const role = readRole(input);
    requireMayChange(actor, { roles: [], customRoles: [current] });
    requireMayGive(actor, rightsOf([], [role]));
    if (!await setCustomRole(db, roleId, role)) throw nameTaken(role.name);
    emit("role.updated", roleId, { name: role.name });
    return { roleId };
  },
});

/** Throws `NotFound`, and `IllegalTransition` while someone has the role or is invited with it. */
export const deleteRole = defineCommand<{ roleId: string }, { name: string }>({
  name: "role.delete",
  capability: "members.manage",
  subject: ({ roleId }) => ({ type: "role", id: roleId }),
  detail: (_input, { name }) => ({ name }),
  async run({ db, actor, emit }, { roleId }) {
    const role = await requireRole(db, roleId);
    requireMayChange(actor, { roles: [], customRoles: [role] });
    if (!await deleteCustomRole(db, roleId)) {
      throw milepostError("IllegalTransition", {
        message: `People have the role ${role.name}. Give them another one first, then delete it.`,
      });
    }
    emit("role.deleted", roleId, { name: role.name });
    return { name: role.name };
  },
});

async function requireRole(db: TenantDb, roleId: string) {
  const role = isId(roleId) ? await lockCustomRole(db, roleId) : undefined;
  if (role) return role;
  throw milepostError("NotFound", {
    message: "There is no such role. Find it in the list of roles.",
    fields: [{ field: "roleId", value: roleId }],
  });
}

function readRole(input: CustomRoleInput): NewCustomRole {
  const wanted = new Set(["read", ...input.capabilities]);
  return readAll({
    name: () => readName(input.name),
    description: () =>
      readOptionalText(
        "description",
        input.description,
        "Checks what the depot bills.",
        longestDescription,
      ) ??
        "",
    capabilities: () => {
      const unknown = [...wanted].find((name) => !(capabilities as readonly string[]).includes(name));
      if (unknown !== undefined) refuseField("capabilities", unknown, "Choose rights from the list.");
      return [...wanted];
    },
    limits: () => limitedCapabilities.flatMap((name) => readLimits(name, input.limits[name] ?? "", wanted)),
  });
}

function readName(text: string): string {
  const example = "Depot lead";
  const name = readText("name", text.replace(/\s+/g, " "), example, longestName);
  if (name.includes(",")) refuseField("name", text, "Leave commas out of the name.", example);
  if (isRole(name.toLowerCase())) {
    refuseField("name", text, `${name} is the name of a built-in role. Choose another one.`, example);
  }
  return name;
}

function readLimits(capability: LimitedCapability, text: string, held: ReadonlySet<string>): RoleLimit[] {
  const field = `limit-${capability}`;
  const example = "10,000 EUR";
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length > 0 && !held.has(capability)) {
    refuseField(field, text, "Tick this right too, or leave its limit empty.");
  }
  const limits = lines.map((line): RoleLimit => {
    const [, amount, code] = /^([\d.,]+) *([A-Za-z]{3})$/.exec(line) ??
      refuseField(field, line, "Type an amount and a currency on each line.", example);
    const currency = code.toUpperCase();
    if (!isCurrencyCode(currency)) {
      refuseField(field, line, `${currency} is no currency. Use its three letters.`, example);
    }
    const tooMuch = "This is more than any document. Leave the limit empty for none.";
    return { capability, currency, most: readTypedAmount(field, amount, currency, { empty: "", tooMuch }) };
  });
  const twice = limits.find(({ currency }, place) =>
    limits.findIndex((one) => one.currency === currency) < place
  );
  if (twice) refuseField(field, text, `Type one amount for ${twice.currency}.`, example);
  return limits;
}

function nameTaken(name: string): Error {
  const rule = `There is a role ${name}. Choose another name.`;
  return milepostError("AlreadyExists", { message: rule, fields: [{ field: "name", value: name, rule }] });
}
