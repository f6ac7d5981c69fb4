"use strict";
/* On a screen that shows nothing but the page, no key leads out of it: a page in full screen gets even the keys for a new
   window before the browser does. In a window of its own, the browser keeps its keys. */

const PLAIN = new Set("Tab Enter Backspace Delete Home End Shift ArrowUp ArrowDown ArrowLeft ArrowRight".split(" "));

addEventListener("keydown", (event) => {
  if (!matchMedia("(display-mode: fullscreen)").matches) return;
  const plain = PLAIN.has(event.key) || event.key.length === 1;
  if (!plain || event.ctrlKey || event.altKey || event.metaKey) event.preventDefault();
}, true);
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("auxclick", (event) => event.preventDefault());
addEventListener("dragstart", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());
addEventListener("dragover", (event) => event.preventDefault());
