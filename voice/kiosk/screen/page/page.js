"use strict";
/* Shows what the kiosk sends, and sends what is touched. It holds one page at a time. After a visit it reloads itself, so
   that nothing of the visit stays in the browser's memory. */

const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="token"]').content;
const words = document.body.dataset;

const SILENT_MS = 16000;  // longer than three pings (server.py): the kiosk has gone
const SETTLE_MS = 1200;   // buttons that have just changed ignore touches: the eye of an old person needs that (docs/grounds.md)
const CALLS = ["stop", "help"];  // these keep their place, so a touch of them is always meant
const SMALLEST_PX = 30;   // type of the line; if it would be smaller, the rest of the page makes room
const SMALLEST_CODE_PX = 250;
const SIGNS = new Set("yes no unsure decline repeat louder back stop help quiet sound start longer more".split(" "));
const OUTCOME_SIGNS = { out_of_scope: "S", stopped: "stop" };
const SIGN_OF = { here: "yes", done: "yes", no_thanks: "no", next: "start", came: "came", came_sure: "yes", not_yet: "no", code: "topic", card: "topic", rows: "back", resume: "start" };
const KEYS = { F1: "yes", F2: "no", F3: "unsure", F4: "repeat", F9: "help", F10: "stop",
  F13: "yes", F14: "no", F15: "unsure", F16: "repeat", F21: "help", F22: "stop" };  // F1 to F10 on the keyboard of the kiosk

/* One millimetre on this screen. CSS itself takes 96 pixels for an inch on every screen. */
document.documentElement.style.setProperty("--mm", `${Math.hypot(screen.width, screen.height) / (words.diagonal * 25.4)}px`);

let page = { turn: -1, face: "preparing", buttons: [] };
let changedAt = 0, calledAt = 0;  // when the page turned or the answers came, and when the calls came onto it
let heardAt = Date.now();
let source;

function connect() {
  if (source) source.close();
  source = new EventSource(`/events?${token}`);
  source.addEventListener("page", (event) => { markAlive(); show(JSON.parse(event.data)); });
  source.addEventListener("level", (event) => { markAlive(); showLevel(Number(event.data)); });
  source.onerror = () => { $("away").hidden = false; };
}

function markAlive() {
  heardAt = Date.now();
  $("away").hidden = true;
}

setInterval(() => {
  if (source.readyState === EventSource.CLOSED) connect();
  if (Date.now() - heardAt > SILENT_MS) { $("away").hidden = false; heardAt = Date.now(); connect(); }
}, 1000);

function show(next) {
  const restarted = page.boot && page.boot !== next.boot;
  const over = next.face === "idle" && page.turn >= 0 && page.face !== "idle" && page.face !== "preparing";
  if (restarted || over) { source.close(); location.replace(location.href); return; }
  if (next.turn !== page.turn || next.put !== page.put) changedAt = Date.now();
  if (!offers(page, "help")) calledAt = changedAt;
  const before = page;
  page = next;
  document.body.dataset.face = next.face;
  document.body.classList.toggle("after", next.after);
  showState(next);
  showOutcome(next);
  $("understood").textContent = next.understood;
  $("understood").classList.toggle("empty", !next.understood);
  $("understood").hidden = !next.turn || !!next.heading || next.face === "idle";
  setText("line", next.line);
  $("line").lang = next.language || document.documentElement.lang;
  $("line").dir = next.language ? "auto" : "";
  $("line").classList.toggle("several", next.line.includes("\n"));
  setText("before", next.before);
  $("practice").hidden = !!next.before;
  showPicture(next);
  $("welcome").hidden = next.face !== "idle";
  $("start-voice").hidden = next.notes.length > 0;
  $("private").hidden = !next.private;
  setText("clearing", next.clearing ? `${words.clearing} ${next.clearing} ${words.seconds}` : "");
  showNotes(next.uncalled ? [...next.notes, next.uncalled] : next.notes);
  showWarnings(next);
  showCode(next);
  if (JSON.stringify(before.buttons) !== JSON.stringify(next.buttons) || before.turn !== next.turn) showButtons(next);
  fit();
}

function setText(id, value) {
  if ($(id).textContent !== value) $(id).textContent = value;
  $(id).hidden = !value;
}

function showState(next) {
  const shown = { speaking: "speaking", listening: "listening", thinking: "thinking" }[next.face];
  const reads = shown === "listening" ? next.deaf : shown === "speaking" && next.reading;
  const sign = reads ? "reading" : shown;
  $("state").hidden = !shown;
  $("state").dataset.state = sign || "";
  $("meter").hidden = sign !== "listening";
  if (shown) {
    $("state").querySelector("use").setAttribute("href", `#sign-${sign}`);
    $("state-text").textContent = words[sign];
  }
  $("progress").hidden = !next.number;
  if (next.number) {
    $("progress-text").textContent = `${words.question} ${next.number} ${words.of} ${next.total}`;
    $("progress-bar").max = next.total;
    $("progress-bar").value = next.number;
  }
}

function showOutcome(next) {
  $("outcome").hidden = !next.heading;
  if (!next.heading) return;
  $("outcome").dataset.level = next.level;
  $("outcome-sign").setAttribute("href", `#sign-${OUTCOME_SIGNS[next.level] || next.level}`);
  for (const part of ["word", "heading", "action", "phone"]) setText(part, next[part]);
  $("heading").ariaLevel = next.line ? "2" : "1";  // each page has one heading of the first level
}

function showPicture(next) {
  const picture = $("picture");
  picture.hidden = !next.picture;
  picture.alt = next.picture_text;
  if (next.picture && picture.getAttribute("src") !== next.picture) picture.src = next.picture;
}

/* What to watch for stays once the outcome was told; a line that is spoken takes its place. */
function showWarnings(next) {
  setText("told", next.told);
  $("warnings").hidden = !next.rows.length || !!next.line || next.coded;
  setText("warnings-lead", next.warnings);
  listRows($("rows"), next.rows, (row) => [makeSign("watch"), row]);
}

/* Makes the rows of a list anew, if they are not there already: what is read aloud to the blind is not read twice. */
function listRows(list, rows, make) {
  if (list.dataset.rows === String(rows)) return;
  list.dataset.rows = rows;
  list.replaceChildren(...rows.map((row) => {
    const item = document.createElement("li");
    item.append(...make(row));
    return item;
  }));
}

function showNotes(notes) {
  $("notes").hidden = !notes.length || (page.coded && !page.uncalled);  // the code needs the space
  listRows($("notes"), notes, (note) => [note]);
}

function showCode(next) {
  $("code").hidden = !next.coded;
  const [path, size] = next.shown || ["", 1];
  $("code-picture").setAttribute("viewBox", `0 0 ${size} ${size}`);
  $("code-picture").firstElementChild.setAttribute("d", path);
  $("code-caption").textContent = next.coded === "card" ? words.card : words.handover;
}

function showButtons(next) {
  const focused = document.activeElement && document.activeElement.dataset.press;
  const mains = next.buttons.filter((button) => button.main);
  $("answers").replaceChildren(...mains.map(makeButton));
  $("answers").dataset.count = mains.length;
  exchange($("requests"), next.buttons.filter((button) => !button.main));
  const same = [...document.querySelectorAll("button")].find((button) => button.dataset.press === focused);
  if (same) same.focus();
  if (next.face === "idle") $("answers").firstElementChild.focus();
}

/* Makes the buttons of a row anew, apart from those that stay: a finger may rest on one while the page turns. */
function exchange(row, buttons) {
  const stays = (element) => buttons.some((button) => button.press === element.dataset.press && button.label === element.textContent);
  for (const element of [...row.children]) if (!stays(element)) element.remove();
  buttons.forEach((button, place) => {
    const there = row.children[place];
    if (!there || there.dataset.press !== button.press) row.insertBefore(makeButton(button), there || null);
  });
  row.dataset.count = buttons.length;
}

function makeButton(button) {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.press = button.press;
  const name = SIGN_OF[button.press] || (SIGNS.has(button.press) ? button.press : button.press.startsWith("topic:") ? "topic" : "");
  if (name) element.append(makeSign(name));
  const label = document.createElement("span");
  label.textContent = button.label;
  if (button.press.startsWith("language:")) label.lang = button.press.slice(9);
  element.append(label);
  element.addEventListener("click", () => press(button.press));
  return element;
}

function makeSign(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  drawing.setAttribute("class", "sign");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#sign-${name}`);
  drawing.append(use);
  return drawing;
}

function offers(shown, name) {
  return shown.buttons.some((button) => button.press === name);
}

function press(name) {
  if (Date.now() - (CALLS.includes(name) ? calledAt : changedAt) < SETTLE_MS) return;
  const touched = [...document.querySelectorAll("button")].find((button) => button.dataset.press === name);
  if (touched) touched.classList.add("touched");
  fetch("/press", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Ruggespraak-Token": token },
    body: JSON.stringify({ press: name, turn: page.turn }),
  }).then((reply) => { if (reply.status === 403) location.reload(); })
    .catch(() => { $("away").hidden = false; })
    .finally(() => { if (touched) setTimeout(() => touched.classList.remove("touched"), 400); });
}

function showLevel(value) {
  $("meter").firstElementChild.style.setProperty("transform", `scaleX(${value})`);
}

/* Set what is read in the largest type that fits: weak eyes come first, and nothing may need scrolling. If the type would
   still be small, or the code, what stands above it makes room. */
function fit() {
  document.body.classList.remove("tight");
  const size = fitText();
  if (page.coded ? $("code").clientHeight >= SMALLEST_CODE_PX : size >= SMALLEST_PX) return;
  document.body.classList.add("tight");
  fitText();
}

/* Returns the size of the type in pixels. */
function fitText() {
  const stage = $("stage"), text = page.line ? $("line") : $("warnings");
  let size = Math.min(innerHeight * (page.heading ? 0.07 : 0.13), innerWidth * (page.line ? 0.09 : 0.05), 150);
  for (text.style.fontSize = `${size}px`; size > 19 && overflows(stage, text); size *= 0.94) text.style.fontSize = `${size}px`;
  return size;
}

function overflows(stage, text) {
  return stage.scrollHeight > stage.clientHeight + 1 || text.scrollWidth > text.clientWidth + 1;
}

addEventListener("resize", fit);
document.fonts.addEventListener("loadingdone", fit);
addEventListener("keydown", (event) => {
  const name = KEYS[event.key] || "";
  const offered = offers(page, name);
  if (page.face === "idle" && !event.metaKey && !event.ctrlKey && !event.altKey) { event.preventDefault(); press("start"); }
  else if (offered) { event.preventDefault(); press(name); }
});

/* The staff open their page by holding the upper left corner for three seconds. Without a PIN there is no such corner. The
   page is asked for first: nobody at a kiosk can leave an error. */
let holding;
$("corner").hidden = words.staff !== "true";
$("corner").addEventListener("pointerdown", () => { holding = setTimeout(openStaffPage, 3000); });
for (const name of ["pointerup", "pointerleave", "pointercancel"]) $("corner").addEventListener(name, () => clearTimeout(holding));

function openStaffPage() {
  fetch("/staff", { method: "HEAD" }).then((reply) => { if (reply.ok) location.assign("/staff"); }).catch(() => {});
}

connect();
