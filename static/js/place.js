// Matching and labelling with a pointer: tap a chip, tap its place; or drag it there. Each place is a drop-down list,
// which stays the truth and is all that the keyboard and a screen reader need; so the chips are hidden from both.
{
  const optionsOf = (box) => [...box.querySelector("[data-slot] select").options].filter((option) => option.value);
  const listsOf = (box) => [...box.querySelectorAll("[data-slot] select")];
  const placesOf = (box) => [...box.querySelectorAll("[data-slot], .pin[data-field]")];
  const listAt = (box, place) => place.querySelector("select") ?? box.querySelector(`[data-slot] select[name="${place.dataset.field}"]`);

  const start = (box) => {
    if (box.querySelector(":scope > .tray") || box.closest("fieldset:disabled")) return;
    let held = null;

    const tray = document.createElement("div");
    tray.className = "tray";
    tray.setAttribute("aria-hidden", "true");
    const words = document.createElement("p");
    words.className = "remark tray-words";
    words.textContent = box.dataset.trayLabel ?? "";
    tray.append(words);

    const show = () => {
      const used = new Set(listsOf(box).map((list) => list.value));
      for (const chip of tray.querySelectorAll(".chip")) {
        chip.classList.toggle("is-used", used.has(chip.value));
        chip.setAttribute("aria-pressed", String(chip.value === held));
      }
      for (const place of placesOf(box)) {
        place.classList.toggle("is-target", held !== null);
        place.classList.toggle("is-filled", Boolean(listAt(box, place)?.value));
      }
    };

    const put = (place) => {
      const list = listAt(box, place);
      if (!list || held === null) return;
      // A thing is in one place: taken from where it lay before.
      for (const other of listsOf(box)) if ("once" in box.dataset && other.value === held) other.value = "";
      list.value = held;
      held = null;
      show();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    };

    for (const option of optionsOf(box)) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.value = option.value;
      chip.textContent = option.textContent;
      chip.tabIndex = -1;
      chip.draggable = true;
      chip.addEventListener("click", () => {
        held = held === chip.value ? null : chip.value;
        show();
      });
      chip.addEventListener("dragstart", (event) => {
        held = chip.value;
        event.dataTransfer.setData("text/plain", chip.textContent);
        // A page that changes under the pointer ends a drag that has just begun.
        setTimeout(show);
      });
      chip.addEventListener("dragend", () => {
        held = null;
        show();
      });
      tray.append(chip);
    }
    box.prepend(tray);

    for (const place of placesOf(box)) {
      place.addEventListener("click", (event) => {
        if (held === null) {
          if (!place.matches("[data-slot]")) listAt(box, place)?.focus();
          return;
        }
        event.preventDefault();
        put(place);
      });
      place.addEventListener("dragover", (event) => {
        event.preventDefault();
        place.classList.add("is-over");
      });
      place.addEventListener("dragleave", () => place.classList.remove("is-over"));
      place.addEventListener("drop", (event) => {
        event.preventDefault();
        place.classList.remove("is-over");
        put(place);
      });
    }
    box.addEventListener("change", show);
    box.addEventListener("draft:restored", show);
    show();
  };

  const startAll = (root) => root.querySelectorAll?.("[data-place][data-once]").forEach(start);
  document.addEventListener("htmx:load", (event) => startAll(event.target));
  document.addEventListener("draft:restored", (event) => {
    event.target.querySelectorAll("[data-place] select").forEach((list) => list.dispatchEvent(new Event("change", { bubbles: true })));
  });
  startAll(document);
}
