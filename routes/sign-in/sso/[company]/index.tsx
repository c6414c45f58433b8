/** The door of one company: says where its people are sent, before they are. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { define } from "../../../../define.ts";
import { findProviderAt } from "../../../../lib/oidc/identity_provider.ts";
import { safeNext } from "../../../(_components)/next_page.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { environment, reach } = ctx.state;
    const { address, issuer } = await findProviderAt(environment, ctx.params.company);
    const next = safeNext(ctx.url.searchParams.get("next") ?? "", reach.origin);
    ctx.state.title = { page: "Sign in by your company" };
    return page({
      host: new URL(issuer).host,
      start: `/sign-in/sso/${address}/start?next=${encodeURIComponent(next)}`,
    });
  },
});

export default define.page<typeof handler>(({ data: { host, start } }) => (
  <>
    <h1 class="text-title tracking-title">Sign in by your company</h1>
    <p class="mt-3 mb-6">{`You sign in at ${host}, and come back here.`}</p>
    <div class="mb-6">
      <ButtonLink kind="go" href={start} wide>Go on to your company</ButtonLink>
    </div>
    <div>
      <TapLink href="/sign-in">Sign in another way</TapLink>
    </div>
  </>
));
