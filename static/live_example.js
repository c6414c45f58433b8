// Works the example of a plan's form out anew when its fields have not changed for a moment, and says what it comes to.
const button = document.querySelector("button[value=example]");
const status = document.querySelector("[data-example-status]");
const form = button.form;
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];
let timer;
let request;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 400);
});
function ask() {
  request?.abort();
  // It gives a document, where `fetch` gives text that the content policy lets nobody parse.
  request = new XMLHttpRequest();
  request.open("POST", button.formAction);
  request.responseType = "document";
  request.onload = show;
  request.send(new URLSearchParams(new FormData(form, button)));
}
function show() {
  const found = request.response?.querySelector("[data-example]");
  if (!found) return;
  // A page's styles are only those that it needs; what comes in brings its own.
  sheet.replaceSync(request.response.querySelector("style").textContent);
  document.querySelector("[data-example]").replaceWith(found);
  status.textContent = found.dataset.example;
}
