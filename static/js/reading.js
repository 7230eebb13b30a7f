// Tells the server which section of a lesson was reached, so that the place is kept on every device.
{
  const here = document.querySelector("[data-reading]");

  if (here) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    let latest = "";

    const tell = () => {
      if (!latest || latest === here.dataset.section) return;
      here.dataset.section = latest;
      const body = new URLSearchParams({ section: latest });
      fetch(here.dataset.reading, { method: "POST", headers, body, keepalive: true }).catch(() => {
        here.dataset.section = "";
      });
    };

    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) latest = entry.target.id;
      clearTimeout(here.timer);
      here.timer = setTimeout(tell, 1500);
    });
    document.querySelectorAll(".lesson h2[id]").forEach((heading) => seen.observe(heading));
    addEventListener("pagehide", tell);
  }
}
