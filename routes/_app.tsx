/** The HTML document around every page. The style sheet and the shapes it needs are added at the end (`dress.ts`). */
import { Document, pageTitle } from "../components/layout/document.tsx";
import { define } from "../define.ts";

export default define.page(({ Component, state }) => {
  const title = state.title ?? { page: "Billing for fleets" };
  return (
    <Document
      title={pageTitle({ tenant: state.session?.tenant?.name, ...title })}
      lang={state.language ?? undefined}
    >
      <Component />
    </Document>
  );
});
