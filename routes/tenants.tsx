/** Whose books are open: one button for each tenant that the person belongs to. */
import { page } from "fresh";
import { Button } from "../components/ui/button.tsx";
import { Empty } from "../components/ui/empty.tsx";
import { PageHeader } from "../components/ui/page_header.tsx";
import { define, type Session } from "../define.ts";
import { switchTenant } from "../lib/auth/sessions.ts";
import { isId } from "../lib/core/ids.ts";
import { milepostError } from "../lib/core/errors.ts";
import { roleNames } from "../lib/tenants/role_choice.ts";
import { giveCookie, readCookie } from "../session_cookie.ts";
import { readForm } from "./(_components)/form_fields.ts";
import { Frame } from "./(_components)/frame.tsx";
import { safeNext } from "./(_components)/next_page.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { session } = ctx.state;
    if (!session) return ctx.redirect("/sign-in?next=/tenants", 303);
    ctx.state.title = { page: "Choose a business" };
    return page(session);
  },
  async POST(ctx) {
    const { session, environment, reach } = ctx.state;
    const token = readCookie(ctx.req, reach.origin);
    if (!session || token === null) return ctx.redirect("/sign-in?next=/tenants", 303);
    const wanted = (await readForm(ctx.req))("tenant");
    if (!isId(wanted)) throw milepostError("NotFound");
    const renewed = await switchTenant(environment, token, wanted);
    const headers = {
      location: safeNext(ctx.url.searchParams.get("next") ?? "", reach.origin),
      "set-cookie": giveCookie(reach.origin, renewed),
    };
    return new Response(null, { status: 303, headers });
  },
});

export default define.page<typeof handler>(({ data, state, url }) => (
  <Frame state={state} path={url.pathname}>
    <PageHeader
      title="Choose a business"
      state={data.tenant && `You are working in ${data.tenant.name}.`}
    />
    {data.memberships.length === 0
      ? (
        <Empty
          main
          sentence={`No business has added ${data.user.email} yet. Ask the person who invited you.`}
        />
      )
      : <TenantList session={data} />}
  </Frame>
));

function TenantList({ session }: { session: Session }) {
  return (
    <form method="post">
      <ul>
        {session.memberships.map(({ tenantId, tenantName, ...held }) => (
          <li
            key={tenantId}
            class="flex flex-wrap items-center justify-between gap-4 py-3 border-t border-line"
          >
            <span>
              <span class="font-semibold">{tenantName}</span>
              <span class="block text-label text-ink-2">{`Your role: ${roleNames(held).join(", ")}`}</span>
            </span>
            <Button name="tenant" value={tenantId}>{`Work in ${tenantName}`}</Button>
          </li>
        ))}
      </ul>
    </form>
  );
}
