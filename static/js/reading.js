// A lesson remembers the section one has come to, and shows in its contents where that is.
{
  const place = document.querySelector("[data-reading]");
  const sections = [...document.querySelectorAll(".lesson > [id]:is(h2, h3)")];
  const links = new Map([...document.querySelectorAll(".lesson-rail a[href^='#']")].map((link) => [link.hash.slice(1), link]));
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  let told = place?.dataset.section ?? "";
  let timer = 0;

  const here = () => sections.findLast((section) => section.getBoundingClientRect().top < innerHeight / 3)?.id ?? "";

  const tell = (section) => {
    if (section === told) return;
    told = section;
    const body = new URLSearchParams({ section });
    // Losing a place is no reason to disturb a reader: the next scroll tells again.
    fetch(place.dataset.reading, { method: "POST", body, headers: token, keepalive: true, redirect: "manual" }).catch(() => {
      told = "";
    });
  };

  const show = () => {
    const section = here();
    for (const [id, link] of links) {
      if (id === section) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    if (!section) return;
    clearTimeout(timer);
    timer = setTimeout(() => tell(section), 1500);
  };

  if (place && sections.length) {
    addEventListener("pagehide", () => {
      if (here()) tell(here());
    });
    document.addEventListener("scroll", () => requestAnimationFrame(show), { passive: true });
    show();
  }
}
