// Hot spot: a click on the picture picks the radio button of that region; the focused one is outlined in the picture.
{
  const start = (box) => {
    const places = box.querySelector(".places");
    if (places.classList.contains("is-live") || box.closest("fieldset:disabled")) return;
    places.classList.add("is-live");
    const radioOf = (shape) => box.querySelector(`input[value="${shape.dataset.value}"]`);
    const shapes = [...places.querySelectorAll(".place-shape")];

    const show = () => {
      for (const shape of shapes) {
        const radio = radioOf(shape);
        shape.classList.toggle("is-chosen", radio.checked);
        shape.classList.toggle("is-focused", radio.matches(":focus-visible"));
      }
    };

    for (const shape of shapes) shape.addEventListener("click", () => radioOf(shape).click());
    for (const kind of ["change", "focusin", "focusout"]) box.addEventListener(kind, () => requestAnimationFrame(show));
    document.addEventListener("draft:restored", show);
    show();
  };

  const startAll = (root) => root.querySelectorAll?.("[data-hotspot]").forEach(start);
  document.addEventListener("htmx:load", (event) => startAll(event.target));
  startAll(document);
}
