/** The body of the page that adds or changes a vehicle. */
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { type Crumb, PageHeader } from "../../../../components/ui/page_header.tsx";

/** As typed. */
export interface VehicleFormValues {
  reference: string;
  plate: string;
  class: string;
  fuelType: string;
  vin: string;
}

/** The fields in their order, each with its label. */
export const vehicleLabels: Record<keyof VehicleFormValues, string> = {
  reference: "Reference",
  plate: "Number plate",
  class: "Class",
  fuelType: "Fuel",
  vin: "Chassis number",
};

export interface VehicleFormProps {
  /** "Add a vehicle", "Change V-0042". */
  title: string;
  /** The vehicle that is changed, in the way here. */
  parent?: Crumb;
  action: string;
  submit: string;
  cancelHref: string;
  values: VehicleFormValues;
  errors: FormError[];
  hidden: Record<string, string>;
}

const trail = [{ label: "Home", href: "/" }, { label: "Vehicles", href: "/vehicles" }];

export function VehicleForm(props: VehicleFormProps) {
  const { title, parent, action, submit, cancelHref, errors, hidden } = props;
  return (
    <>
      <PageHeader
        trail={parent ? [...trail, parent] : trail}
        here={parent && "Change"}
        title={title}
        state="You can change all of this later. An issued invoice keeps what it was issued with."
      />
      <ErrorSummary errors={errors} before="the vehicle is saved" />
      <Form
        action={action}
        submit={submit}
        cancel={{ label: "Leave without saving", href: cancelHref }}
        hidden={hidden}
      >
        <VehicleFields {...props} />
      </Form>
    </>
  );
}

function VehicleFields({ values, errors }: VehicleFormProps) {
  const basics = (id: keyof VehicleFormValues) => ({
    id,
    label: vehicleLabels[id],
    value: values[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <TextField
        {...basics("reference")}
        help="Your own number for this vehicle. Files of usage name it, so keep it short and do not change it lightly."
        example="V-0042"
        maxlength={100}
        short
      />
      <TextField
        {...basics("plate")}
        help="As it stands on the vehicle."
        example="LV24 FHT"
        maxlength={20}
        short
      />
      <TextField
        {...basics("class")}
        help="Your own word for its kind."
        example="van"
        maxlength={60}
        short
        optional
      />
      <TextField
        {...basics("fuelType")}
        help="What it runs on."
        example="diesel"
        maxlength={60}
        short
        optional
      />
      <TextField
        {...basics("vin")}
        help="The maker's number, at most 17 letters and digits."
        example="WVWZZZ1JZXW000001"
        maxlength={17}
        optional
      />
    </>
  );
}
