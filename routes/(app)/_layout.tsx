/** The shell of every page behind sign-in. */
import { define } from "../../define.ts";
import { Frame } from "../(_components)/frame.tsx";

export default define.layout(({ Component, state, url }) => (
  <Frame state={state} path={url.pathname}>
    <Component />
  </Frame>
));
