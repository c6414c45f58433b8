/** The team: who works here in which roles, and who is invited. Everyone sees it, so that they know whom to ask. */
import { page } from "fresh";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Moment } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { listTeam, listWhoCan, type TeamMember } from "../../../lib/tenants/members.ts";
import { roleNames } from "../../../lib/tenants/role_choice.ts";
import { homeZone } from "../../../lib/tenants/views.ts";
import { capitalised } from "./(_components)/role_choices.tsx";
import { listed } from "./(_components)/team_reader.ts";

const notices: Record<string, string> = {
  invited: "The invitation is on its way by e-mail.",
  changed: "The roles are changed. That counts from now on, also where the person is signed in.",
  removed: "The person is no longer on the team, and is signed out here.",
  withdrawn: "The invitation is withdrawn. Its link no longer works.",
};

type Team = Awaited<ReturnType<typeof listTeam>>;

interface Shown extends Team {
  /** Of the reader, who is not in the position to change themselves. */
  ownId: string;
  mayManage: boolean;
  /** Whom to ask, for a reader who may not. */
  managers: string;
  zone: string;
  thisYear: number;
  now: Temporal.Instant;
  done?: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const [team, { able }, zone] = await Promise.all([
      listTeam(environment, tenantId),
      listWhoCan(environment, tenantId, "members.manage"),
      withTenant(environment.database, tenantId, homeZone, { readOnly: true }),
    ]);
    const now = environment.clock.now();
    ctx.state.title = { page: "Team" };
    return page<Shown>({
      ...team,
      ownId: session.user.id,
      mayManage: session.actor.capabilities.has("members.manage"),
      managers: listed(able.slice(0, 5).map(({ name }) => name), "disjunction"),
      zone,
      thisYear: now.toZonedDateTimeISO(zone).year,
      now,
      done: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { members, mayManage, managers, done } = data;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Team"
        state={mayManage
          ? "Who works here, and what each may do."
          : `Who works here. You cannot add or change people. Ask ${managers}, who can.`}
        actions={
          <>
            {mayManage && <ButtonLink kind="go" href="/team/invite">Invite someone</ButtonLink>}
            <ButtonLink href="/team/roles">See what each role may do</ButtonLink>
          </>
        }
      />
      {done && <Notice tone="good">{done}</Notice>}
      <Table caption="People, by e-mail address" captionHidden columns={memberColumns(data)} rows={members} />
      {mayManage && <Invitations {...data} />}
    </>
  );
});

function memberColumns({ mayManage, ownId, zone, thisYear }: Shown): Column<TeamMember>[] {
  const seen: Column<TeamMember> = {
    label: "Last seen",
    cell: ({ lastSeenAt }) =>
      lastSeenAt
        ? <Moment instant={lastSeenAt.toString({ smallestUnit: "second" })} zone={zone} thisYear={thisYear} />
        : "never",
  };
  return [
    {
      label: "Person",
      cell: ({ userId, name }) =>
        mayManage && userId !== ownId
          ? <TapLink href={`/team/members/${userId}`}>{name}</TapLink>
          : userId === ownId
          ? `${name} (you)`
          : name,
    },
    { label: "E-mail address", cell: ({ email }) => <span class="break-all">{email}</span> },
    { label: "Roles", cell: (member) => listed(roleNames(member).map(capitalised)) || "none" },
    ...(mayManage ? [seen] : []),
  ];
}

function Invitations({ invitations, zone, thisYear, now }: Shown) {
  return (
    <Section id="invited" title="Invited">
      {invitations.length === 0 ? <Empty sentence="Nobody is invited at the moment." /> : (
        <Table
          caption="Open invitations, by e-mail address"
          captionHidden
          columns={[
            {
              label: "E-mail address",
              cell: ({ id, email }) => <TapLink href={`/team/invitations/${id}`}>{email}</TapLink>,
            },
            { label: "Roles", cell: (row) => listed(roleNames(row).map(capitalised)) },
            {
              label: "Link works until",
              cell: ({ expiresAt }) => {
                const until = (
                  <Moment
                    instant={expiresAt.toString({ smallestUnit: "second" })}
                    zone={zone}
                    thisYear={thisYear}
                  />
                );
                return Temporal.Instant.compare(expiresAt, now) > 0 ? until : <>{until}, so it is over</>;
              },
            },
          ]}
          rows={invitations}
        />
      )}
    </Section>
  );
}
