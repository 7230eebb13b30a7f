// What is chosen or typed and not sent yet outlives a reload, a lost connection, an ended session.
// Forms with data-draft="a name that stays": kept in this tab's sessionStorage, forgotten once the server has taken them.
{
  const PREFIX = "draft:";
  const SKIPPED = new Set(["csrf_token", "key", "version", "turn", "note_version", "next"]);
  const nameOf = (form) => PREFIX + form.dataset.draft;
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !SKIPPED.has(field.name) && !/^(hidden|submit|button|password|file)$/.test(field.type) && field.tagName !== "FIELDSET" && field.tagName !== "BUTTON");

  const stateOf = (field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value);
  const initialOf = (field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.defaultChecked;
    if (field.tagName === "SELECT") return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
    return field.defaultValue;
  };
  const nameIn = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);

  const keep = (form) => {
    const changed = fieldsOf(form).filter((field) => stateOf(field) !== initialOf(field));
    if (!changed.length) return sessionStorage.removeItem(nameOf(form));
    try {
      sessionStorage.setItem(nameOf(form), JSON.stringify(Object.fromEntries(fieldsOf(form).map((field) => [nameIn(field), stateOf(field)]))));
    } catch {
      // A full store loses the copy, not the page.
    }
  };

  const restore = (form) => {
    const stored = sessionStorage.getItem(nameOf(form));
    if (!stored || form.dataset.restored) return;
    form.dataset.restored = "yes";
    const values = JSON.parse(stored);
    let back = false;
    for (const field of fieldsOf(form)) {
      const value = values[nameIn(field)];
      if (value === undefined || value === stateOf(field)) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = value;
      else field.value = value;
      back = true;
    }
    if (!back) return;
    for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  };

  const restoreAll = (root) => {
    if (root.matches?.("form[data-draft]")) restore(root);
    for (const form of root.querySelectorAll?.("form[data-draft]") ?? []) restore(form);
  };

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.form;
      if (form?.dataset.draft) keep(form);
    });
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    // The form itself, not the event's target: a form that its answer has replaced is in the page no more.
    const form = event.detail.requestConfig?.elt;
    if (form?.dataset?.draft && event.detail.successful) sessionStorage.removeItem(nameOf(form));
  });

  // Without htmx the next page tells: a form that is gone from it has been taken.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.draft && !form.hasAttribute("hx-post")) sessionStorage.setItem(`sent:${form.dataset.draft}`, "yes");
  });
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith("sent:"))) {
    const name = key.slice("sent:".length);
    if (!document.querySelector(`form[data-draft="${CSS.escape(name)}"]`)) sessionStorage.removeItem(PREFIX + name);
    sessionStorage.removeItem(key);
  }

  // Signing out leaves nothing behind for the next person at this screen.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-signs-out]")) sessionStorage.clear();
  });

  // Not before all scripts are there to hear of it.
  document.addEventListener("DOMContentLoaded", () => restoreAll(document));
  document.addEventListener("htmx:load", (event) => restoreAll(event.detail.elt));
}
