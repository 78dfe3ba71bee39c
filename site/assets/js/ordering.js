// Lines that are put in order can be dragged by a handle, too. The lists of places stay what is sent and what keyboards
// and screen readers use: dropping a line sets them all, choosing in them moves nothing.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

/** Adds the handles to one list of lines. */
function makeDraggable(list) {
  const lines = () => [...list.children];
  const placeOf = (line) => line.querySelector("select");

  const places = lines().map((line) => Number(placeOf(line).value));
  if (new Set(places).size === places.length && !places.includes(0)) {
    // What was kept stands as it was put, before anybody is at work here.
    list.append(...lines().sort((one, other) => placeOf(one).value - placeOf(other).value));
  }
  for (const line of lines()) {
    const handle = document.createElement("span");
    handle.className = "ordering__handle";
    handle.setAttribute("aria-hidden", "true");
    line.append(handle);
  }
  Sortable.create(list, {
    handle: ".ordering__handle",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    ghostClass: "is-dragged",
    onEnd: ({ item, oldIndex, newIndex }) => {
      if (oldIndex !== newIndex) lines().forEach((line, index) => (placeOf(line).value = String(index + 1)));
      // Pressing the handle took the focus away: whoever goes on by keyboard goes on from this line.
      placeOf(item).focus({ preventScroll: true });
    },
  });
}

for (const list of document.querySelectorAll("[data-ordering]")) {
  makeDraggable(list);
  list.previousElementSibling.hidden = false;
}
