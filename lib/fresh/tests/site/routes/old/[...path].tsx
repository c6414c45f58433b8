/** The rest of the path. */
import type { PageProps } from "fresh";

export default ({ params }: PageProps) => <p>old {params.path}</p>;
