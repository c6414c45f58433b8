// Moves the bar of a task by its events, says each quarter, and loads the page anew when the task is at its next stage.
const place = document.querySelector("[data-live]");
const bar = place.querySelector("progress");
const status = place.querySelector("[role=status]");
const { live, lastEvent } = place.dataset;
const source = new EventSource(`/events?subject=${live}&after=${lastEvent}`);
let said = 0;
source.addEventListener("invoice_run.progressed", (event) => {
  const { stage, done } = JSON.parse(event.data).payload;
  bar.value += done;
  // nothing tells that the last message is settled
  if (stage === "deliver" && bar.value >= bar.max) location.reload();
  const quarter = Math.floor(4 * bar.value / bar.max);
  if (quarter > said) status.textContent = `${25 * (said = quarter)}%`;
});
for (
  const name of [
    "reset",
    "invoice_run.previewed",
    "invoice_run.issued",
    "invoice_run.closed",
    "invoice_run.sending",
    "invoice_run.cancelled",
  ]
) {
  source.addEventListener(name, () => location.reload());
}
