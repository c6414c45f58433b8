/** The page for what does not exist. */
import type { PageProps } from "fresh";

export default function NotFound({ url }: PageProps) {
  return <h1>No {url.pathname}</h1>;
}
