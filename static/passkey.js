// A form's passkey: its button, where a browser can, and what the device signed.
const form = document.querySelector("[data-passkey]");
const { passkey, failed } = form.dataset;
const read = passkey === "get" ? "parseRequestOptionsFromJSON" : "parseCreationOptionsFromJSON";
const kind = self.PublicKeyCredential;
if (kind?.[read]) {
  form.hidden = false;
  form.nextElementSibling.hidden = true;
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  status.textContent = "";
  try {
    const answer = await fetch(`${form.action}/challenge`, { method: "POST" });
    // The session is over: the page leads to the sign-in.
    if (answer.redirected) return location.reload();
    const publicKey = kind[read](await answer.json());
    const signed = await navigator.credentials[passkey]({ publicKey });
    form.elements.credential.value = JSON.stringify(signed);
    form.submit();
  } catch {
    status.textContent = failed;
  }
});
