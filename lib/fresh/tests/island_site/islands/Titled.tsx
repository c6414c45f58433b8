/** Sets the title of the page. */
import { useSignal } from "@preact/signals";
import { asset, Head, IS_BROWSER } from "fresh/runtime";

export default function Titled() {
  const count = useSignal(0);
  return (
    <>
      <Head>
        <title>Titled {String(count.value)}</title>
      </Head>
      <button type="button" id="titled" onClick={() => count.value++}>
        {IS_BROWSER ? "browser" : "server"} {asset("/a.png")}
      </button>
    </>
  );
}
