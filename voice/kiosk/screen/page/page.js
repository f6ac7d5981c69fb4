"use strict";
/* Shows what the kiosk sends, and sends what is touched. It holds one page at a time. After a visit it reloads itself, so
   that nothing of the visit stays in the browser's memory. */

const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="token"]').content;
const words = document.body.dataset;

const SILENT_MS = 16000;  // longer than three pings (server.py): the kiosk has gone
const SETTLE_MS = 1200;   // buttons that have just changed ignore touches (docs/grounds.md)
const CALLS = ["stop", "help"];  // these keep their place
const SMALLEST_PX = 30;   // type of the line; the rest of the page makes room for it
const SMALLEST_CODE_PX = 280;
const UP = [1, 1.2, 1.45], STEPS = [1, 2];  // how far a patient can raise the letters (page.css)
const OFFER_MS = 100;     // after the frame that shows a page
const LETTERS_MS = 60000;  // back to the usual letters if nobody begins
const SIGNS = new Set("yes no unsure decline repeat louder back stop help quiet sound start longer more larger came".split(" "));
const OUTCOME_SIGNS = { out_of_scope: "S", stopped: "stop" };
const SIGN_OF = { here: "yes", done: "yes", no_thanks: "no", next: "start", came_sure: "yes", not_yet: "no", code: "topic", card: "topic", rows: "back", resume: "start" };
const KEYS = { F1: "yes", F2: "no", F3: "unsure", F4: "repeat", F9: "help", F10: "stop",
  F13: "yes", F14: "no", F15: "unsure", F16: "repeat", F21: "help", F22: "stop" };  // F1 to F10 on the keyboard of the kiosk

/* One millimetre on this screen. CSS itself takes 96 pixels for an inch on every screen. */
document.documentElement.style.setProperty("--mm", `${Math.hypot(screen.width, screen.height) / (words.diagonal * 25.4)}px`);

let page = { turn: -1, face: "preparing", buttons: [] };
let changedAt = 0, calledAt = 0;  // when the page turned or the answers came, and when the calls came onto it
let heardAt = Date.now();
let source;
let step = 0, offering;  // which of the steps the patient wants, until the page is wiped

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
  document.body.classList.toggle("coded", !!next.coded);
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
  $("heading").ariaLevel = next.line || next.coded ? "2" : "1";  // each page has one heading of the first level
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

/* Makes the rows of a list anew if they have changed: the blind hear nothing twice. */
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
  const requests = next.buttons.filter((button) => !button.main);
  const idle = next.face === "idle";
  if (idle) mains.push(LARGER);
  else if (requests.length > 3 && requests.length < 6 && (innerWidth > 900 || innerHeight > innerWidth)) requests.unshift(LARGER);
  $("answers").replaceChildren(...mains.map(makeButton));
  $("answers").dataset.count = mains.length;
  exchange($("requests"), requests);
  const same = [...document.querySelectorAll("button")].find((button) => button.dataset.press === focused);
  if (same) same.focus();
  if (idle) $("answers").firstElementChild.focus();
}

/* Makes the buttons of a row anew, apart from those that stay: a finger may rest on one. */
function exchange(row, buttons) {
  const stays = (element) => buttons.some((button) => button.press === element.dataset.press && button.label === element.textContent);
  for (const element of [...row.children]) if (!stays(element)) element.remove();
  buttons.forEach((button, place) => {
    const there = row.children[place];
    if (!there || there.dataset.press !== button.press) row.insertBefore(makeButton(button), there || null);
  });
  row.dataset.count = row.querySelectorAll("button:not([hidden])").length;
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
  element.addEventListener("click", () => (button === LARGER ? enlarge() : press(button.press)));
  return element;
}

/* The patient's own button; the kiosk does not hear of it. */
const LARGER = { press: "larger", label: words.larger, main: false };

function enlarge() {
  if (Date.now() - changedAt < SETTLE_MS) return;
  step = findStep(STEPS.filter((one) => one > step));
  changedAt = Date.now();  // the buttons have moved
  fit();
  const { turn, face } = page;
  if (face === "idle") setTimeout(() => { if (page.turn === turn) { step = 0; fit(); } }, LETTERS_MS);
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

/* Set what is read in the largest type that fits: nothing may need scrolling. If the type would still be small, or the code,
   what stands above it makes room. Letters that the patient has raised are raised as far as the line gets no smaller. */
function fit() {
  const shown = step && findStep(STEPS.filter((one) => one <= step).reverse());
  fitAt(shown);
  clearTimeout(offering);
  offering = larger() && setTimeout(() => offerLarger(shown), OFFER_MS);
}

const larger = () => document.querySelector('button[data-press="larger"]');

/* Show the patient's own button where it helps. Finding out takes longer than the page may wait. */
function offerLarger(shown) {
  const button = larger(), more = findStep(STEPS.filter((one) => one > shown));
  offering = null;
  button.hidden = !more && !shown;
  button.parentElement.dataset.count = button.parentElement.querySelectorAll("button:not([hidden])").length;
  button.lastElementChild.textContent = more ? words.larger : words.usual;
  fitAt(shown);
}

/* Returns the first of the steps that fits; 0, the usual letters, if none does. */
function findStep(steps) {
  const usual = fitAt(0);
  return steps.find((one) => isBetter(fitAt(one), usual)) || 0;
}

function isBetter(fitted, usual) {
  const least = page.face === "idle" ? 0.7 : 1;  // there the smaller letters tell more
  return !fitted.cut && fitted.size >= least * usual.size - 1 && (usual.tight || !fitted.tight);
}

/* Returns the size of what is read, whether the rest made room, and whether anything does not fit. */
function fitAt(letters) {
  document.documentElement.dataset.step = letters;
  document.body.classList.toggle("raised", letters > 0);
  document.body.classList.remove("tight");
  let size = fitText(letters);
  const tight = size < (page.coded ? SMALLEST_CODE_PX : SMALLEST_PX);
  if (tight) {
    document.body.classList.add("tight");
    size = fitText(letters);
  }
  return { size, tight, cut: isCut() };
}

/* Returns the size of the type, or of the code, in pixels. */
function fitText(letters) {
  if (page.coded) return $("code-picture").clientHeight;
  const stage = $("stage"), text = findText();
  const most = Math.min(innerHeight * (page.heading ? 0.07 : 0.13) * UP[letters], innerWidth * (page.line ? 0.11 : 0.07) * UP[letters], 180);
  let low = 19, size = most;
  for (let high = most; high - low > 0.5; size = (low + high) / 2) {
    text.style.fontSize = `${size}px`;
    if (!overflows(stage, text)) low = size;
    else high = size;
  }
  text.style.fontSize = `${low}px`;
  return low;
}

const findText = () => $(page.line ? "line" : "warnings");

function overflows(stage, text) {
  return stage.scrollHeight > stage.clientHeight + 1 || text.scrollWidth > text.clientWidth + 1;
}

function isCut() {
  const main = document.querySelector("main");
  const wide = [...document.querySelectorAll("button, header, header *, main *")].some((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1);
  const full = [...document.querySelectorAll("button")].some((one) => {
    const frame = one.getBoundingClientRect(), label = one.lastElementChild.getBoundingClientRect();
    return label.left < frame.left + 8 || label.right > frame.right - 8;
  });
  return wide || full || overflows($("stage"), findText()) || main.scrollHeight > main.clientHeight + 1 || document.body.scrollHeight > innerHeight + 1;
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
