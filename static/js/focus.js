// After htmx has put something new on the page, focus goes to what speaks first: a verdict, an error.
{
  const speak = (root) => {
    const first = root.matches?.("[data-focus]") ? root : root.querySelector?.("[data-focus]");
    if (!first) return;
    first.focus({ preventScroll: true });
    const top = first.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight * 0.6) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      first.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    }
  };

  document.addEventListener("htmx:afterSettle", (event) => speak(event.detail.elt));

  // A full page after a form without htmx: the same, once.
  const start = document.querySelector("main [data-focus]");
  if (start && !location.hash) speak(start);
}
