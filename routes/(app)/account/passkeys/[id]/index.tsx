/** Names a passkey, so that its owner knows which device it is on. */
import { page } from "fresh";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../../components/ui/field.tsx";
import { Form } from "../../../../../components/ui/form.tsx";
import { Notice } from "../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { define, signedIn } from "../../../../../define.ts";
import { ownPasskey, renamePasskey } from "../../../../../lib/auth/passkeys.ts";
import { isMilepostError } from "../../../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../../../(_components)/form_fields.ts";
import { accountOf } from "../../(_components)/account_of.ts";
import { passkeysTrail } from "../../(_components)/passkeys_page.tsx";

interface Data {
  id: string;
  name: string;
  typed: string;
  isNew: boolean;
  errors: FormError[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const account = accountOf(signedIn(ctx.state).session);
    const { id, name } = await ownPasskey(ctx.state.environment, account, ctx.params.id);
    ctx.state.title = { page: name, section: "Passkeys" };
    const isNew = ctx.url.searchParams.get("done") === "added";
    return page<Data>({ id, name, typed: name, isNew, errors: [] });
  },
  async POST(ctx) {
    const { environment } = ctx.state;
    const account = accountOf(signedIn(ctx.state).session);
    const typed = (await readForm(ctx.req))("name");
    try {
      await renamePasskey(environment, account, ctx.params.id, typed);
      return ctx.redirect("/account/passkeys?done=named", 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      const { id, name } = await ownPasskey(environment, account, ctx.params.id);
      ctx.state.title = { page: name, section: "Passkeys", hasErrors: true };
      return page<Data>({ id, name, typed, isNew: false, errors: formErrors(error) }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data: { id, name, typed, isNew, errors } }) => (
  <>
    <PageHeader trail={passkeysTrail} title={name} />
    <ErrorSummary errors={errors} before="it has a new name" />
    {isNew && <Notice tone="good">The passkey is added. Name the device that it is on.</Notice>}
    <Form
      action={`/account/passkeys/${id}`}
      submit="Save the name"
      cancel={{ label: "Keep the name", href: "/account/passkeys" }}
    >
      <TextField id="name" label="Name" example="My laptop" value={typed} error={errorAt(errors, "name")} />
    </Form>
  </>
));
