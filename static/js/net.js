// When the network is slow or gone: say so, keep everything, and send the same form again – with the same key, so
// that an answer which did arrive is not counted twice.
{
  const region = document.getElementById("toasts");
  const SLOW = 4000;
  const waiting = new Map();

  const button = (text, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn btn-sm ${kind}`;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const say = (name, text, again) => {
    drop(name);
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.name = name;
    const words = document.createElement("p");
    words.textContent = text;
    toast.append(words);
    if (again) {
      toast.append(button(region.dataset.again, "", () => {
        toast.remove();
        again();
      }));
    }
    toast.append(button(region.dataset.close, "btn-bare", () => toast.remove()));
    region.append(toast);
    return toast;
  };

  const drop = (name) => {
    for (const toast of region.querySelectorAll(`[data-name="${name}"]`)) toast.remove();
  };

  const sendAgain = (element) => () => {
    if (!element.isConnected) return location.reload();
    if (element instanceof HTMLFormElement) element.requestSubmit(waiting.get(element) ?? undefined);
    else element.click();
  };

  // Small things that run by themselves (keeping a draft, a place in a lesson) fail without a word: they try again anyway.
  const isQuiet = (element) => !(element instanceof HTMLFormElement) && !element.matches("a, button");

  const whenSlow = (event) => {
    const element = event.detail.elt;
    if (isQuiet(element)) return;
    const timer = setTimeout(() => say("slow", region.dataset.slow), SLOW);
    event.detail.xhr.addEventListener("loadend", () => {
      clearTimeout(timer);
      drop("slow");
    });
  };

  const spoken = (xhr) => {
    const header = xhr.getResponseHeader("X-Trainer-Message");
    if (header) return decodeURIComponent(header);
    return xhr.status === 429 || xhr.status === 503 ? region.dataset.busy : region.dataset.refused;
  };

  document.addEventListener("submit", (event) => {
    if (event.submitter) waiting.set(event.target, event.submitter);
    drop("failed");
  });
  document.addEventListener("htmx:beforeSend", whenSlow);
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => {
      if (!isQuiet(event.detail.elt)) say("failed", region.dataset.failed, sendAgain(event.detail.elt));
    });
  }
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status === 401 || isQuiet(elt)) return;
    say("failed", spoken(xhr), sendAgain(elt));
  });

  addEventListener("offline", () => say("offline", region.dataset.offline));
  addEventListener("online", () => drop("offline"));
  document.addEventListener("draft:restored", () => {
    const toast = say("restored", region.dataset.restored);
    setTimeout(() => toast.remove(), 6000);
  });
}
