// The time left of an assessment: told by the server when the page was made, counted by a clock that nobody can set.
// At its end the page goes to the result; an answer on its way is sent first.
{
  const place = document.querySelector("[data-countdown]");
  const shown = place?.querySelector(".clock-left");
  const said = place?.querySelector("[data-countdown-said]");
  const MARKS = [10, 5, 1];

  const left = (ends) => Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const words = (seconds) => (seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : "") + `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;

  const tick = (ends, before) => {
    const seconds = left(ends);
    shown.textContent = words(seconds);
    place.classList.toggle("is-short", seconds <= 300);
    for (const mark of MARKS) {
      if (before > mark * 60 && seconds <= mark * 60) said.textContent = place.dataset.left.replace("{n}", mark);
    }
    if (seconds) return setTimeout(() => tick(ends, seconds), 1000);
    document.querySelector("[data-exam]")?.dispatchEvent(new Event("exam:save"));
    return setTimeout(() => location.assign(place.dataset.over), 2500);
  };

  if (place) {
    shown.hidden = false;
    const seconds = Number(place.dataset.countdown);
    tick(performance.now() + seconds * 1000, seconds + 1);
    // A page that comes back from the browser's memory has an old time on it.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }
}
