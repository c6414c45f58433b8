/** One invoice run: what it comes to, what is unusual, and the decision of the second person. */
import { page } from "fresh";
import { define } from "../../../../define.ts";
import { describeRunPage, RunPage } from "../(_components)/run_page.tsx";

export const handler = define.handlers({
  GET: async (ctx) => page(await describeRunPage(ctx)),
});

export default define.page<typeof handler>(({ data }) => <RunPage {...data} />);
