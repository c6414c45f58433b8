/** The door around the pages that lead in. */
import { Door } from "../../components/layout/door.tsx";
import { define } from "../../define.ts";

export default define.layout(({ Component }) => (
  <Door footLinks={[]}>
    <Component />
  </Door>
));
