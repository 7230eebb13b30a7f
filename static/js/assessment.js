// Everything a page of an assessment sends gets a number: what is overtaken on its way does not undo what came after it.
{
  const turn = document.querySelector("[data-exam] [data-turn]");

  if (turn) {
    const form = turn.form;
    form.addEventListener("submit", () => {
      turn.value = Number(turn.value) + 1;
    });
    form.addEventListener("htmx:configRequest", (event) => {
      turn.value = Number(turn.value) + 1;
      event.detail.parameters.set("turn", turn.value);
    });
  }
}
