/** Redeems a coupon for a contract. */
import { page } from "fresh";
import { TextField } from "../../../../../components/ui/field.tsx";
import { define } from "../../../../../define.ts";
import { redeemCoupon } from "../../../../../lib/contracts/coupons/commands.ts";
import { readForm } from "../../../../(_components)/form_fields.ts";
import {
  type ChangeForm,
  ContractChange,
  firstOpenDay,
  readContract,
} from "../../(_components)/contract_change.tsx";
import { sendChange } from "../../(_components)/send_change.ts";
import { fieldIn, FromField } from "../../(_components)/term_form.tsx";

const title = "Redeem a coupon";
const labels = { code: "Code", fromDate: "From" };

type Shown = ChangeForm<Record<keyof typeof labels, string>>;

export const handler = define.handlers({
  async GET(ctx) {
    const { detail } = await readContract(ctx, () => Promise.resolve(null));
    ctx.state.title = { page: title, section: `Contract ${detail.contract.reference}` };
    const values = { code: "", fromDate: firstOpenDay(detail).toString() };
    return page<Shown>({ detail, values, errors: [], key: crypto.randomUUID() });
  },
  async POST(ctx) {
    const { detail } = await readContract(ctx, () => Promise.resolve(null));
    const { id: contractId, reference } = detail.contract;
    const field = await readForm(ctx.req);
    const values = { code: field("code").trim(), fromDate: field("fromDate").trim() };
    const sent = await sendChange(ctx, redeemCoupon, {
      key: field("key"),
      read: () => Promise.resolve({ contractId, ...values }),
      labels,
    });
    if ("saved" in sent) return ctx.redirect(`/contracts/${contractId}?done=redeemed`, 303);
    ctx.state.title = { page: title, section: `Contract ${reference}`, hasErrors: true };
    return page<Shown>({ detail, values, ...sent }, { status: sent.status });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const at = fieldIn(data, labels);
  return (
    <ContractChange
      detail={data.detail}
      errors={data.errors}
      idempotencyKey={data.key}
      title={title}
      state="Its discount comes off the periods of this contract alone."
      path="terms/coupon"
      submit="Redeem it"
      before="it is redeemed"
    >
      <TextField {...at("code")} help="As it was given out." example="SPRING24" maxlength={40} short />
      <FromField field={at("fromDate")} detail={data.detail} />
    </ContractChange>
  );
});
