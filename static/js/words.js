// Counts the words of a text that may have only so many.
{
  const count = (text) => text.trim().split(/\s+/).filter(Boolean).length;

  const show = (area) => {
    const most = Number(area.dataset.words);
    let counter = area.nextElementSibling;
    if (!counter?.matches(".counter")) {
      counter = document.createElement("p");
      counter.className = "counter";
      counter.setAttribute("aria-live", "polite");
      area.after(counter);
    }
    const words = count(area.value);
    counter.textContent = `${words} ${area.dataset.wordsOf} ${most}`;
    counter.classList.toggle("is-over", words > most);
  };

  const showAll = (root) => root.querySelectorAll?.("textarea[data-words]").forEach(show);
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-words]")) show(event.target);
  });
  for (const kind of ["htmx:load", "draft:restored"]) document.addEventListener(kind, (event) => showAll(event.target));
  showAll(document);
}
