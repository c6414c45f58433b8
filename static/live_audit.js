// Says how many entries are newer than the list, in a link that shows them; the list itself stays as it is.
const place = document.querySelector("[data-last-event]");
const source = new EventSource(`/events?subject=audit&after=${place.dataset.lastEvent}`);
let count = 0;
let timer;
source.addEventListener("audit.sealed", (event) => {
  count += JSON.parse(event.data).payload.count;
  timer ??= setTimeout(() => {
    timer = undefined;
    const link = document.createElement("a");
    link.href = location.href;
    link.className = place.dataset.linkClass;
    link.textContent = `${count} new ${count === 1 ? "entry" : "entries"}: show them`;
    place.replaceChildren(link);
  }, 5000);
});
addEventListener("visibilitychange", () => document.hidden && source.close());
