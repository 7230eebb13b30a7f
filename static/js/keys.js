// A question by keyboard: A–G choose, 1–3 how sure, Enter check and go on, H hint, M mark, ? all keys. The list of keys
// shows those that do something now.
// Off in text fields, with modifier keys, by the switches in the dialog and on the account page (WCAG 2.1.4): a cookie, from
// which the server writes data-keys="off" on the body.
{
  const typing = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  const acting = "button, a[href], summary, dialog *";

  const isOff = () => document.body.dataset.keys === "off";
  const visible = (element) => element && element.getClientRects().length > 0;

  const LETTERS = "ABCDEFG";
  const setsWithLetters = () => [...document.querySelectorAll("[data-letters]")].filter((set) => visible(set) && !set.closest("fieldset:disabled"));
  const closedHint = () => [...document.querySelectorAll(".hints details:not([open]) > summary")].find(visible);

  // In a case with parts, or a lesson with several checks, letters go to the question that has the focus or is in sight.
  const lettered = () => {
    const all = setsWithLetters();
    if (all.length < 2) return all[0];
    const focused = all.find((set) => set.contains(document.activeElement));
    if (focused) return focused;
    const middle = innerHeight / 2;
    const away = (set) => {
      const box = set.getBoundingClientRect();
      return Math.max(box.top - middle, middle - box.bottom, 0);
    };
    return all.sort((one, other) => away(one) - away(other))[0];
  };

  const pick = (input) => {
    if (!input) return false;
    input.focus();
    input.click();
    return true;
  };

  const choose = (letter) => pick(lettered()?.querySelectorAll("input")[letter.charCodeAt(0) - 97]);

  const sure = (digit) => {
    const sets = [...document.querySelectorAll("[data-certainty]")].filter(visible);
    const form = document.activeElement.closest("form") ?? lettered()?.closest("form");
    const own = sets.length === 1 ? sets[0] : sets.find((set) => set.closest("form") === form);
    return pick(own?.querySelectorAll("input")[Number(digit) - 1]);
  };

  const press = (selector) => {
    const button = [...document.querySelectorAll(selector)].find(visible);
    if (!button) return false;
    button.click();
    return true;
  };

  const hint = () => {
    const closed = closedHint();
    closed?.click();
    return Boolean(closed);
  };

  const help = () => {
    const dialog = document.getElementById("keys-dialog");
    if (dialog && !dialog.open) dialog.showModal();
    return Boolean(dialog);
  };

  const act = (key) => {
    if (LETTERS.toLowerCase().includes(key)) return choose(key);
    if (/^[1-3]$/.test(key)) return sure(key);
    if (key === "h") return hint();
    if (key === "m") return press("[data-mark]");
    if (key === "?") return help();
    return false;
  };

  const enter = (target) => {
    if (target.closest(acting)) return false;
    const form = target.closest("form");
    const own = form?.querySelector("[data-check]");
    if (visible(own)) {
      own.click();
      return true;
    }
    return press(".actions [data-next]") || press(".actions [data-check]");
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest(typing) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter") {
      // Enter is no single-character shortcut, so the switch leaves it alone.
      if (!event.repeat && enter(target)) event.preventDefault();
      return;
    }
    if (!isOff() && event.key.length === 1 && act(event.key.toLowerCase())) event.preventDefault();
  });

  const tellKeys = () => {
    const there = (selector) => [...document.querySelectorAll(selector)].some(visible);
    const most = Math.max(0, ...setsWithLetters().map((set) => set.querySelectorAll("input").length));
    const single = { letters: most > 0, sure: there("[data-certainty]"), hint: Boolean(closedHint()), mark: there("[data-mark]"), help: Boolean(document.getElementById("keys-dialog")) };
    const works = { check: there("[data-check]"), next: there("[data-next]"), off: isOff(), ...(isOff() ? {} : single) };
    for (const list of document.querySelectorAll("[data-keys-list]")) list.hidden = false;
    for (const row of document.querySelectorAll("[data-works]")) row.hidden = !works[row.dataset.works];
    for (const last of document.querySelectorAll("[data-last-letter]")) last.textContent = LETTERS[Math.min(most, LETTERS.length) - 1];
  };

  const showSwitch = () => {
    tellKeys();
    for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = !isOff();
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    const chosen = event.target.checked ? "on" : "off";
    document.body.dataset.keys = chosen;
    tellKeys();
    document.cookie = `keys=${chosen}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  });
  showSwitch();
  document.addEventListener("htmx:load", tellKeys);
  document.addEventListener("toggle", tellKeys, true);
}
