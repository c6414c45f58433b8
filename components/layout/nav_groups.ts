/** The rooms of the product in five groups; a room is listed once its route exists. */

export interface NavItem {
  label: string;
  href: string;
  /** Only for work that waits for a person: { count: "12", what: "rows set aside" }. */
  waiting?: { count: string; what: string };
}

export interface NavGroup {
  /** The first group, Home, has none. */
  label?: string;
  items: NavItem[];
}

/** Work that waits, by href; rooms without any show no count. */
export function navGroups(waiting: Record<string, { count: string; what: string }> = {}): NavGroup[] {
  const groups: NavGroup[] = [
    { items: [{ label: "Home", href: "/" }] },
    { label: "Bill", items: [{ label: "Invoices", href: "/invoices" }] },
    {
      label: "Fleet",
      items: [
        { label: "Customers", href: "/customers" },
        { label: "Contracts", href: "/contracts" },
        { label: "Plans", href: "/plans" },
        { label: "Vehicles", href: "/vehicles" },
        { label: "Usage", href: "/usage" },
      ],
    },
  ];
  return groups.map((group) => ({
    ...group,
    items: group.items.map((item) => ({ ...item, waiting: waiting[item.href] })),
  }));
}
