/** Shows an invoice written by hand before it is approved and issued. */
import { define } from "../../../../../define.ts";
import { ManualReview, showReview } from "../(_components)/manual_review.tsx";

export const handler = define.handlers({ GET: (ctx) => showReview(ctx) });

export default define.page<typeof handler>(({ data }) => <ManualReview {...data} />);
