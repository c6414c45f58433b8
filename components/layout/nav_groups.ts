/** The rooms of the product in five groups; a room is listed once its route exists, for those who may enter. */
import type { Capability } from "../../lib/core/actor.ts";

export interface NavItem {
  label: string;
  href: string;
  /** Only for work that waits for a person: { count: "12", what: "rows set aside" }. */
  waiting?: { count: string; what: string };
  /** The right without which the room stays closed; everyone enters if it is left out. */
  needs?: Capability;
}

export interface NavGroup {
  /** The first group, Home, has none. */
  label?: string;
  items: NavItem[];
}

/** The rooms for someone with these rights. Work that waits comes by href; rooms without any show no count. */
export function navGroups(
  capabilities: ReadonlySet<Capability>,
  waiting: Record<string, { count: string; what: string }> = {},
): NavGroup[] {
  const groups: NavGroup[] = [
    { items: [{ label: "Home", href: "/" }] },
    {
      label: "Bill",
      items: [
        { label: "Invoices", href: "/invoices" },
        { label: "Credit notes", href: "/credit-notes" },
        { label: "Invoice runs", href: "/runs" },
        { label: "Payments", href: "/payments" },
        { label: "Ledger", href: "/ledger" },
      ],
    },
    {
      label: "Fleet",
      items: [
        { label: "Customers", href: "/customers" },
        { label: "Contracts", href: "/contracts" },
        { label: "Plans", href: "/plans" },
        { label: "Indexes", href: "/indexes" },
        { label: "Coupons", href: "/coupons" },
        { label: "Vehicles", href: "/vehicles" },
        { label: "Usage", href: "/usage" },
      ],
    },
    {
      label: "Set up",
      items: [
        { label: "Billing entities", href: "/entities" },
        { label: "Exchange rates", href: "/exchange-rates" },
        { label: "Tax rates", href: "/tax-rates" },
        { label: "Team", href: "/team" },
        { label: "Single sign-on", href: "/single-sign-on", needs: "members.manage" },
        { label: "API keys", href: "/api-keys", needs: "api_keys.manage" },
        { label: "API clients", href: "/api-clients", needs: "api_keys.manage" },
        { label: "Privacy", href: "/privacy", needs: "privacy.manage" },
        { label: "Audit trail", href: "/audit", needs: "audit.read" },
      ],
    },
  ];
  return groups.map((group) => ({
    ...group,
    items: group.items.filter(({ needs }) => needs === undefined || capabilities.has(needs))
      .map((item) => ({ ...item, waiting: waiting[item.href] })),
  })).filter(({ items }) => items.length > 0);
}
