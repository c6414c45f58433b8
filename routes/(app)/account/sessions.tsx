/** Where one is signed in: browsers with their last use, each of which can be signed out at once. */
import { page } from "fresh";
import { Button } from "../../../components/ui/button.tsx";
import { dayAndTime, Moment } from "../../../components/ui/date.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { deviceWords } from "../../../lib/auth/device_words.ts";
import {
  endOtherSessions,
  endSession,
  listSessions,
  type OpenSession,
} from "../../../lib/auth/session_list.ts";
import { type AuthenticationMethod, idleHours, longestDays } from "../../../lib/auth/sessions.ts";
import { requireConfirmation } from "../../../lib/core/confirmation.ts";
import { homeZone } from "../../../lib/tenants/views.ts";
import { readForm } from "../../(_components)/form_fields.ts";
import { accountTrail } from "./(_components)/two_step_page.tsx";

const title = "Where you are signed in";
const address = "/account/sessions";

const notices: Record<string, string> = {
  one: "That browser is signed out.",
  others: "You are signed out everywhere else.",
};

const methodWords: Record<AuthenticationMethod, string> = {
  password: "password",
  passkey: "passkey",
  totp: "code",
  link: "mailed link",
  oidc: "your company’s sign-in",
};

interface Shown {
  sessions: OpenSession[];
  /** The one of this browser. */
  ownId: string;
  zone: string;
  thisYear: number;
  done?: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const [sessions, zone] = await Promise.all([
      listSessions(environment, session),
      withTenant(environment.database, tenantId, homeZone, { readOnly: true }),
    ]);
    const thisYear = environment.clock.now().toZonedDateTimeISO(zone).year;
    const done = notices[ctx.url.searchParams.get("done") ?? ""];
    ctx.state.title = { page: title, section: "Your account" };
    return page<Shown>({ sessions, ownId: session.id, zone, thisYear, done });
  },
  async POST(ctx) {
    const { session } = signedIn(ctx.state);
    requireConfirmation(session.actor, ctx.state.environment.clock.now());
    const id = (await readForm(ctx.req))("end");
    if (id === "others") await endOtherSessions(ctx.state.environment, session);
    else await endSession(ctx.state.environment, session, id);
    return ctx.redirect(`${address}?done=${id === "others" ? "others" : "one"}`, 303);
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <PageHeader
      trail={accountTrail}
      title={title}
      state={`A browser is signed out when it was not used for ${idleHours} hours, and after ${longestDays} days in any case.`}
    />
    {data.done && <Notice tone="good">{data.done}</Notice>}
    <Table
      caption="Your browsers, the one used last first"
      captionHidden
      columns={columnsOf(data)}
      rows={data.sessions}
    />
    {data.sessions.length > 1 && (
      <form method="post" action={address} class="mt-6">
        <Button kind="stop" name="end" value="others">Sign out everywhere else</Button>
      </form>
    )}
  </>
));

function columnsOf({ ownId, zone, thisYear }: Shown): Column<OpenSession>[] {
  const moment = (at: Temporal.Instant) => (
    <Moment instant={at.toString({ smallestUnit: "second" })} zone={zone} thisYear={thisYear} />
  );
  return [
    {
      label: "Browser",
      cell: ({ userAgent }) => deviceWords(userAgent),
    },
    { label: "Signed in", cell: ({ createdAt }) => moment(createdAt) },
    { label: "Last used", cell: ({ lastSeenAt }) => moment(lastSeenAt) },
    {
      label: "From",
      title: "Network address",
      cell: ({ address }) => <span class="break-all">{address || "unknown"}</span>,
    },
    { label: "By", title: "How you proved who you are", cell: ({ methods }) => byWords(methods) },
    {
      label: "End",
      hiddenLabel: true,
      cell: ({ id, userAgent, createdAt }) =>
        id === ownId ? "this one" : (
          <form method="post" action={address}>
            <Button
              name="end"
              value={id}
              about={`${deviceWords(userAgent)}, since ${dayAndTime(createdAt.toString(), zone)}`}
            >
              Sign out
            </Button>
          </form>
        ),
    },
  ];
}

/** "password and code". */
function byWords(methods: readonly string[]): string {
  // The table of sessions refuses any other word.
  const words = methods.map((method) => methodWords[method as AuthenticationMethod]);
  return new Intl.ListFormat("en-GB").format(words);
}
