/** The audit trail: who did what and when, the newest first, with its filters; new entries wait behind a link. */
import { page } from "fresh";
import { longDate, Moment } from "../../../components/ui/date.tsx";
import type { AppliedFilter } from "../../../components/ui/filter_bar.tsx";
import { listMembers } from "../../../db/queries/membership.ts";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { auditTopics, nounsOf } from "../../../lib/audit/topics.ts";
import { type AuditEntry, isPlace, pageAuditEvents } from "../../../lib/audit/views.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { homeZone } from "../../../lib/tenants/views.ts";
import { wordsFor } from "../(_components)/activity_words.tsx";
import { isBackwards, listHref, readListCursor } from "../(_components)/list_pages.ts";
import { actorName, countOf } from "../invoices/(_components)/invoice_words.tsx";
import { AuditList, type AuditListProps, type AuditRow } from "./(_components)/audit_list.tsx";
import { type AuditChoice, filterOf, readChoice, whoElse } from "./(_components)/audit_choice.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    requireCapability(session.actor, "audit.read");
    const query = ctx.url.searchParams;
    const cursor = readListCursor(query, isPlace);
    const choice = readChoice(query);
    const { found, members, zone } = await withTenant(
      ctx.state.environment.database,
      tenantId,
      async (db) => {
        const [members, zone] = await Promise.all([listMembers(db), homeZone(db)]);
        return { members, zone, found: await pageAuditEvents(db, filterOf(choice, zone), cursor) };
      },
      { readOnly: true },
    );
    const who = [
      { value: "", label: "Anyone" },
      ...members.map(({ userId, name, email }) => ({ value: `user:${userId}`, label: name || email })),
      ...whoElse,
    ];
    const thisYear = ctx.state.environment.clock.now().toZonedDateTimeISO(zone).year;
    const { latestVerification: verified, rows } = found;
    const isFiltered = Object.values(choice).some((value) => value !== undefined);
    ctx.state.title = { page: "Audit trail" };
    return page<AuditListProps>({
      verified: verified && {
        ok: verified.ok,
        at: <Moment instant={String(verified.verifiedAt)} zone={zone} thisYear={thisYear} />,
      },
      choice,
      who,
      topics: [
        { value: "", label: "Everything" },
        ...auditTopics.map(({ value, label }) => ({ value, label })),
      ],
      appliedFilters: appliedFilters(choice, who),
      isBackwards: isBackwards(choice.from, choice.to),
      rows: rows.map((entry, index) => describeEntry(entry, index + 1, zone, thisYear)),
      pagination: {
        summary: countOf(rows.length, "entry", "entries"),
        previous: found.previous && { label: "Newer entries", href: hrefOf(choice, { ...found.previous }) },
        next: found.next && { label: "Older entries", href: hrefOf(choice, { ...found.next }) },
      },
      lastEvent: cursor === undefined && !isFiltered ? found.lastEvent : undefined,
      exportHref: listHref("/audit/export", { from: choice.from?.toString(), to: choice.to?.toString() }),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <AuditList {...data} />);

function hrefOf({ who, what, about, from, to }: AuditChoice, cursor: Record<string, string> = {}): string {
  return listHref("/audit", { who, what, about, from: from?.toString(), to: to?.toString(), ...cursor });
}

function appliedFilters(choice: AuditChoice, who: { value: string; label: string }[]): AppliedFilter[] {
  const found: AppliedFilter[] = [];
  const add = (label: string, without: Partial<AuditChoice>) =>
    found.push({ label, href: hrefOf({ ...choice, ...without }) });
  if (choice.about) add(`About: ${choice.about}`, { about: undefined });
  if (choice.who) {
    add(`Who: ${who.find(({ value }) => value === choice.who)?.label ?? "someone who has left"}`, {
      who: undefined,
    });
  }
  if (choice.what && nounsOf(choice.what)) {
    add(`What: ${auditTopics.find(({ value }) => value === choice.what)!.label}`, { what: undefined });
  }
  if (choice.from) add(`From ${longDate(`${choice.from}`)}`, { from: undefined });
  if (choice.to) add(`To ${longDate(`${choice.to}`)}`, { to: undefined });
  return found;
}

function describeEntry(entry: AuditEntry, line: number, zone: string, thisYear: number): AuditRow {
  const { verb, what } = wordsFor(entry);
  const who = actorName(entry.actor, entry.actorName);
  return {
    href: `/audit/${entry.id}`,
    what: `${verb} ${what}`,
    about: `entry ${line}`,
    who,
    when: <Moment instant={String(entry.at)} zone={zone} thisYear={thisYear} />,
    seal: entry.sequence === null ? "waiting" : String(entry.sequence),
  };
}
