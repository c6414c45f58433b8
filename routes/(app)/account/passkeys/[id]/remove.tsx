/** Removes a passkey, after a last look at which one. */
import { page } from "fresh";
import { Form } from "../../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../../define.ts";
import { ownPasskey, removePasskey } from "../../../../../lib/auth/passkeys.ts";
import { accountOf, confirmedAccountOf } from "../../(_components)/account_of.ts";
import { passkeysTrail } from "../../(_components)/passkeys_page.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const account = accountOf(signedIn(ctx.state).session);
    const { id, name } = await ownPasskey(ctx.state.environment, account, ctx.params.id);
    ctx.state.title = { page: `Remove ${name}`, section: "Passkeys" };
    return page({ id, name });
  },
  async POST(ctx) {
    await removePasskey(ctx.state.environment, confirmedAccountOf(ctx.state), ctx.params.id);
    return ctx.redirect("/account/passkeys?done=removed", 303);
  },
});

export default define.page<typeof handler>(({ data: { id, name } }) => (
  <>
    <PageHeader
      trail={passkeysTrail}
      title={`Remove ${name}`}
      state="The device that has it cannot sign you in any more. Your password and other passkeys still work."
    />
    <Form
      action={`/account/passkeys/${id}/remove`}
      submit="Remove the passkey"
      cancel={{ label: "Keep it", href: "/account/passkeys" }}
    >
      {null}
    </Form>
  </>
));
