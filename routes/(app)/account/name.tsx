/** Changes one's own name. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { rename } from "../../../lib/auth/account.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { formErrors, readForm } from "../../(_components)/form_fields.ts";
import { AccountPage } from "./(_components)/account_page.tsx";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/account", 303),
  async POST(ctx) {
    const { session } = signedIn(ctx.state);
    const name = (await readForm(ctx.req))("name");
    try {
      await rename(ctx.state.environment, session, name);
      return ctx.redirect("/account?done=name", 303);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      ctx.state.title = { page: "Your account", hasErrors: true };
      return page({ session, name, errors: formErrors(error) }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <AccountPage {...data} />);
