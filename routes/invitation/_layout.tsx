/** The door around the page of an invitation. */
import { Door } from "../../components/layout/door.tsx";
import { define } from "../../define.ts";

export default define.layout(({ Component }) => (
  <Door footLinks={[]}>
    <Component />
  </Door>
));
