// Lines that are put in order can be dragged by a handle, too. The lists of places stay what is sent and what keyboards
// and screen readers use: dropping a line sets them all, choosing in them moves nothing.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

/** Adds the handles to one list of lines. */
function makeDraggable(list) {
  const lines = () => [...list.children];
  const placeOf = (line) => line.querySelector("select");

  /** The lines as their chosen places say, or as they stand while some have none or the same. */
  const inOrder = () => {
    const places = lines().map((line) => Number(placeOf(line).value));
    const isWhole = new Set(places).size === places.length && !places.includes(0);
    return isWhole ? lines().sort((one, other) => placeOf(one).value - placeOf(other).value) : lines();
  };

  // What was kept stands as it was put, before anybody is at work here.
  list.append(...inOrder());
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
      if (oldIndex !== newIndex) {
        // The line stays where it was dropped; what was chosen in the lists for the others holds among them.
        const put = inOrder().filter((line) => line !== item);
        put.splice(newIndex, 0, item);
        list.append(...put);
        put.forEach((line, index) => (placeOf(line).value = String(index + 1)));
      }
      // Pressing the handle took the focus away: whoever goes on by keyboard goes on from this line.
      placeOf(item).focus({ preventScroll: true });
    },
  });
}

for (const list of document.querySelectorAll("[data-ordering]")) {
  makeDraggable(list);
  list.previousElementSibling.hidden = false;
}
