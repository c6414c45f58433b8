/** The error page. */
import type { PageProps } from "fresh";

export default function ErrorPage({ error }: PageProps) {
  return <h1>Sorry: {error instanceof Error ? error.message : String(error)}</h1>;
}
