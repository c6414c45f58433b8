/** The body of the pages that give a view its name, and what they show of it. */
import type { ComponentChildren } from "preact";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";

export const viewLabels = { name: "Name of the view" };

export interface ViewFormProps {
  title: string;
  list: { label: string; path: string };
  /** The list with the filter. */
  backHref: string;
  /** What the filter says. */
  facts: Fact[];
  action: string;
  submit: string;
  name: string;
  errors: FormError[];
  hidden: Record<string, string>;
  /** More that can be done with it. */
  children?: ComponentChildren;
}

export function ViewForm(props: ViewFormProps) {
  const { title, list, backHref, facts, action, submit, name, errors, hidden, children } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: list.label, href: list.path }]}
        title={title}
        state="A view is a filter of the list with a name. Only you see it."
      />
      <ErrorSummary errors={errors} before="the view is saved" />
      <Facts facts={facts} />
      <div class="mt-6">
        <Form
          action={action}
          submit={submit}
          hidden={hidden}
          cancel={{ label: "Back to the list, nothing saved", href: backHref }}
        >
          <TextField
            id="name"
            label={viewLabels.name}
            help="It stands above the list as a link."
            example="Overdue at Brightwater"
            value={name}
            error={errorAt(errors, "name")}
            maxlength={40}
          />
        </Form>
      </div>
      {children}
    </>
  );
}
