/** The document around every page of the test site. */
import type { PageProps } from "fresh";

export default function Wrapper({ Component }: PageProps) {
  return (
    <html lang="en">
      <head>
        <title>Site</title>
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
}
