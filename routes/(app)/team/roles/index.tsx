/** Every role with what it may do, and every right in plain words. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { define, signedIn } from "../../../../define.ts";
import {
  describeCapability,
  describeRole,
  explainCapability,
  roles,
  rolesWith,
} from "../../../../lib/auth/policy.ts";
import { capabilities } from "../../../../lib/core/actor.ts";
import type { CustomRoleRecord } from "../../../../lib/tenants/views.ts";
import { capitalised } from "../(_components)/role_choices.tsx";
import { describeRight } from "../(_components)/role_form.tsx";
import { listed, readRolesOf, teamTrail } from "../(_components)/team_reader.ts";

const notices: Record<string, string> = {
  made: "The role is made. Give it to people on the page of the team.",
  changed: "The role is changed. That counts from now on for everyone who has it.",
  deleted: "The role is deleted.",
};

interface Shown {
  own: CustomRoleRecord[];
  mayManage: boolean;
  done?: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session } = signedIn(ctx.state);
    ctx.state.title = { page: "Roles", section: "Team" };
    return page<Shown>({
      own: await readRolesOf(ctx),
      mayManage: session.actor.capabilities.has("members.manage"),
      done: notices[ctx.url.searchParams.get("done") ?? ""],
    });
  },
});

export default define.page<typeof handler>(({ data: { own, mayManage, done } }) => (
  <>
    <PageHeader
      trail={teamTrail}
      title="Roles"
      state="A role is a list of rights. A person can have several, and the rights add up."
      actions={mayManage && <ButtonLink kind="go" href="/team/roles/new">Make a role</ButtonLink>}
    />
    {done && <Notice tone="good">{done}</Notice>}
    <Section id="built-in" title="Built-in roles" first>
      <Table
        caption="Built-in roles, widest first"
        captionHidden
        columns={[
          { label: "Role", cell: (role) => capitalised(role) },
          { label: "What it is for", cell: describeRole },
        ]}
        rows={[...roles]}
      />
    </Section>
    <Section id="own" title="Roles of your own">
      {own.length === 0
        ? <Empty sentence="None yet. The built-in roles are there for everyone." />
        : <OwnRoles own={own} mayManage={mayManage} />}
    </Section>
    <Section id="rights" title="What each right means">
      <Table
        caption="Rights, and the roles that have them"
        captionHidden
        columns={[
          { label: "Right", cell: (name) => capitalised(describeCapability(name)) },
          { label: "What it means", cell: explainCapability },
          {
            label: "Roles that have it",
            cell: (name) =>
              listed([
                ...rolesWith(name).map(capitalised),
                ...own.filter((role) => role.capabilities.includes(name)).map((role) => role.name),
              ]),
          },
        ]}
        rows={[...capabilities]}
      />
    </Section>
  </>
));

function OwnRoles({ own, mayManage }: Pick<Shown, "own" | "mayManage">) {
  return (
    <Table
      caption="Roles of your own, by name"
      captionHidden
      columns={[
        {
          label: "Role",
          cell: ({ id, name }) => mayManage ? <TapLink href={`/team/roles/${id}`}>{name}</TapLink> : name,
        },
        { label: "What it is for", cell: ({ description }) => description || "not said" },
        { label: "Rights", cell: (role) => <Rights {...role} /> },
        { label: "People", figures: true, cell: ({ members }) => String(members) },
      ]}
      rows={own}
    />
  );
}

function Rights({ capabilities: held, limits }: CustomRoleRecord) {
  return (
    <ul role="list">
      {capabilities.filter((name) => held.includes(name)).map((name) => (
        <li key={name}>{describeRight(name, limits)}</li>
      ))}
    </ul>
  );
}
