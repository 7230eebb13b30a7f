// Ordering: rows move by dragging or by two buttons each; the drop-down lists behind them stay the truth.
{
  const rowsOf = (list) => [...list.children];
  const listOf = (row) => row.querySelector("select");
  const nameOf = (row) => row.querySelector("label").textContent.trim();

  const icon = (name) => {
    const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0] ?? "/static/icons.svg";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  };

  // In an assessment nobody asks whether this is the answer: an order in which nothing was moved is none.
  const isGiven = (list) => !list.closest("[data-exam]") || rowsOf(list).every((row) => listOf(row).value);

  const number = (list, moved) => {
    const counts = moved || isGiven(list);
    rowsOf(list).forEach((row, place) => {
      if (counts) listOf(row).selectedIndex = place + 1;
      row.querySelector(".slot-number").textContent = place + 1;
      row.querySelector("[data-move='-1']").disabled = place === 0;
      row.querySelector("[data-move='1']").disabled = place === list.children.length - 1;
    });
    if (moved) listOf(list.children[0]).dispatchEvent(new Event("change", { bubbles: true }));
  };

  const say = (list, row) => {
    const place = rowsOf(list).indexOf(row) + 1;
    list.nextElementSibling.textContent = `${nameOf(row)} ${list.dataset.said} ${place}`;
  };

  const move = (list, row, by) => {
    const rows = rowsOf(list);
    const target = rows[rows.indexOf(row) + by];
    if (!target) return;
    if (by < 0) target.before(row);
    else target.after(row);
    number(list, true);
    say(list, row);
    const wanted = row.querySelector(`[data-move='${by}']`);
    (wanted.disabled ? row.querySelector(`[data-move='${-by}']`) : wanted).focus();
  };

  const mover = (list, row, by, sign, words) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-bare";
    made.dataset.move = by;
    made.setAttribute("aria-label", `${words} ${nameOf(row)}`);
    made.append(icon(sign));
    made.addEventListener("click", () => move(list, row, by));
    return made;
  };

  const dress = (list, row) => {
    const place = document.createElement("span");
    place.className = "slot-number";
    row.prepend(place);
    listOf(row).tabIndex = -1;
    listOf(row).setAttribute("aria-hidden", "true");
    const moves = document.createElement("span");
    moves.className = "order-moves";
    moves.append(mover(list, row, -1, "arrow-up", list.dataset.up), mover(list, row, 1, "arrow-down", list.dataset.down));
    row.append(moves);
    row.draggable = true;
  };

  const dragging = (list) => {
    let held = null;
    list.addEventListener("dragstart", (event) => {
      held = event.target.closest("li");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", nameOf(held));
      held.classList.add("is-dragged");
    });
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest("li");
      if (!held) return;
      event.preventDefault();
      if (!over || over === held || over.parentElement !== list) return;
      const box = over.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) over.before(held);
      else over.after(held);
    });
    list.addEventListener("dragend", () => {
      held?.classList.remove("is-dragged");
      if (held) {
        number(list, true);
        say(list, held);
      }
      held = null;
    });
  };

  const inGivenOrder = (list) => {
    const rows = rowsOf(list);
    if (rows.every((row) => listOf(row).value)) {
      list.append(...rows.sort((one, other) => listOf(one).selectedIndex - listOf(other).selectedIndex));
    }
  };

  const start = (list) => {
    if (list.classList.contains("is-sortable") || list.closest("fieldset:disabled")) return;
    list.classList.add("is-sortable");
    const voice = document.createElement("p");
    voice.className = "vh";
    voice.setAttribute("role", "status");
    list.after(voice);
    rowsOf(list).forEach((row) => dress(list, row));
    inGivenOrder(list);
    number(list, false);
    dragging(list);
    list.addEventListener("change", (event) => {
      if (event.isTrusted) {
        inGivenOrder(list);
        number(list, false);
      }
    });
  };

  const startAll = (root) => root.querySelectorAll?.("[data-order]").forEach(start);
  document.addEventListener("htmx:load", (event) => startAll(event.target));
  document.addEventListener("draft:restored", (event) => {
    event.target.querySelectorAll("[data-order]").forEach((list) => {
      inGivenOrder(list);
      number(list, false);
    });
  });
  startAll(document);
}
