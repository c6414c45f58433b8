/** What the pages of the team read: who may manage it, and the roles of the business's own. */
import type { FreshContext } from "fresh";
import { withTenant } from "../../../../db/tenant.ts";
import { type SignedIn, signedIn, type State } from "../../../../define.ts";
import { requireCapability } from "../../../../lib/auth/policy.ts";
import { type CustomRoleRecord, listCustomRoles } from "../../../../lib/tenants/views.ts";

export const teamTrail = [{ label: "Home", href: "/" }, { label: "Team", href: "/team" }];
export const rolesTrail = [...teamTrail, { label: "Roles", href: "/team/roles" }];

/** The session of someone who may manage the team. Throws `NotPermitted`. */
export function requireManager(ctx: FreshContext<State>): SignedIn {
  const signed = signedIn(ctx.state);
  requireCapability(signed.session.actor, "members.manage");
  return signed;
}

export async function readRolesOf(ctx: FreshContext<State>): Promise<CustomRoleRecord[]> {
  const { tenantId } = signedIn(ctx.state);
  return await withTenant(ctx.state.environment.database, tenantId, listCustomRoles, { readOnly: true });
}

/** "Amira Haddad and Tom Okafor". */
export function listed(
  names: readonly string[],
  type: "conjunction" | "disjunction" = "conjunction",
): string {
  return new Intl.ListFormat("en-GB", { type }).format(names);
}
