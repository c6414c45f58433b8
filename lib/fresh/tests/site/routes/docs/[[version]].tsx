/** An optional parameter. */
import type { PageProps } from "fresh";

export default ({ params }: PageProps) => <p>docs {params.version ?? "latest"}</p>;
