// Shows the response to the form of /docs below it. Without this script the browser opens it as a page of its own.

const form = document.querySelector("form");
const shown = document.getElementById("answer");

if (form && shown) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    shown.hidden = false;
    shown.textContent = "…";
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const text = JSON.stringify(await response.json(), null, 2);
      const compact = text.replace(/\[[\d\s.,e+-]+\]/g, (numbers) => numbers.replace(/\s+/g, " "));
      shown.textContent = `${response.status}\n${compact}`;
    } catch {
      shown.textContent = "The server does not respond.";
    }
  });
}
