/** Who is signed in: name and password to change, and what one may do here. */
import { page } from "fresh";
import { define, signedIn } from "../../../define.ts";
import { AccountPage } from "./(_components)/account_page.tsx";

export const handler = define.handlers({
  GET(ctx) {
    ctx.state.title = { page: "Your account" };
    return page({ ...signedIn(ctx.state), done: ctx.url.searchParams.get("done") });
  },
});

export default define.page<typeof handler>(({ data: { session, done } }) => (
  <AccountPage session={session} errors={[]} done={done} />
));
