"use strict";
/* The staff's page: asks for the PIN, then shows every two seconds how the kiosk is. It keeps nothing, and goes back to the
   patient's page by itself. */

const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="token"]').content;
const words = document.body.dataset;
const LOUD = -35;  // dBFS; in a louder room the recognizer begins to mishear
const TOUCH_MS = 2000;  // how often a touch is told to the kiosk, which ends a page that nobody touches
const SILENT_MS = 6000;  // a kiosk that says nothing for so long is lost
const HOME_MS = 60000;  // so long after the last touch the patient's page comes back; as IDLE_SECONDS in staff_login.py
let timer, waiting, toldAt = 0, touchedAt = Date.now();
let written = "null";  // the sheet that is shown
let sure = false;  // the next touch of "restart" ends the visit

async function send(path, body) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Ruggespraak-Token": token },
    body: JSON.stringify(body || {}),
  });
  return { status: reply.status, body: await reply.json() };
}

/* Do it and show what the kiosk is like then. */
async function act(path, body) {
  const reply = await send(path, body);
  if (reply.status === 401) return logOut(reply.body.closed);
  if (reply.status === 200) show(reply.body);
}

async function enter(event) {
  event.preventDefault();
  const { status, body } = await send("/staff/enter", { pin: $("pin").value });
  $("pin").value = "";
  if (status === 200) { scrollTo(0, 0); return refresh(); }
  if (body.closed) return countDown(body.closed);
  $("refused").textContent = words.wrong;
  $("refused").hidden = false;
}

/* Tell how long no PIN is looked at, until it is over. */
function countDown(seconds) {
  clearTimeout(waiting);
  $("refused").textContent = `${words.closed} ${seconds} ${words.seconds}`;
  $("refused").hidden = seconds <= 0;
  if (seconds > 0) waiting = setTimeout(() => countDown(seconds - 1), 1000);
}

async function refresh() {
  const reply = await fetch("/staff/state", { signal: AbortSignal.timeout(SILENT_MS) }).catch(() => null);
  const state = reply && await reply.json().catch(() => null);
  if (state && reply.status === 401) return logOut(state.closed);
  const known = !!state && reply.ok;
  $("lost").hidden = known;
  if (known) {
    $("gate").hidden = true;
    $("desk").hidden = false;
    show(state);
  } else showSheet(null);  // nobody can end its time any more
  clearTimeout(timer);
  timer = setTimeout(refresh, 2000);
}

function logOut(closed) {
  clearTimeout(timer);
  $("desk").hidden = true;
  showSheet(null);
  $("gate").hidden = false;
  countDown(closed);
  $("pin").focus();
}

function show(state) {
  $("busy").textContent = state.busy ? words.busy : words.free;
  $("muted").textContent = state.muted ? words.muted : words.sounding;
  $("mute").textContent = state.muted ? words.unmute : words.mute;
  $("mute").onclick = () => act("/staff/mute", { muted: !state.muted });
  $("restart").disabled = !state.busy;
  $("restart").textContent = sure ? words.restartSure : words.restart;
  listItems("alarms", state.alarms.map(describeCall), words.none);
  $("alarms").classList.toggle("unseen", state.alarms.some((call) => !call.seen));
  $("seen").hidden = !state.alarms.some((call) => !call.seen);
  listItems("faults", Object.entries(state.faults).map(([name, why]) => `${words[toCamelCase(name)]}: ${why}`), words.fine);
  const noise = state.noise;
  $("noise").textContent = noise === null ? words.unknown : `${noise > LOUD ? words.loud : words.quiet} (${noise} dBFS)`;
  $("clock").textContent = state.clock;
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = state.counts[place.dataset.count];
  $("version").textContent = state.version;
  $("script").textContent = state.script;
  $("review").textContent = state.review;
  showSheet(state.sheet);
}

/* The sheet of the last visit, one page to read or to print. It stands in the order in which the kiosk gives it. */
function showSheet(sheet) {
  $("sheet").hidden = !sheet;
  if (JSON.stringify(sheet) === written) return;
  written = JSON.stringify(sheet);
  if (!sheet) return $("paper").replaceChildren();
  const parts = sheet.sections.map((section) => {
    const labelled = section.rows.filter((row) => row.label);
    const plain = section.rows.filter((row) => !row.label).map((row) => make("p", row.value));
    const list = make("dl", "", labelled.flatMap((row) => [make("dt", row.label), make("dd", row.value)]));
    return make("section", "", [make("h4", section.title), ...plain, ...(labelled.length ? [list] : [])]);
  });
  $("paper").dataset.level = sheet.level;
  $("paper").replaceChildren(make("p", sheet.title), make("h3", sheet.heading), ...parts, make("p", sheet.caution), make("p", sheet.script));
}

function make(name, text, children = []) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

/* A call that was seen has no level any more. */
const nameLevel = (level) => words[`level${level[0].toUpperCase()}${level.slice(1)}`];
const describeCall = (call) => `${call.at}  ${call.seen ? words.seen : `${nameLevel(call.level)}  (${words.new})`}`;
const toCamelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

function listItems(id, lines, none) {
  const wanted = lines.length ? lines : [none];
  if ([...$(id).children].map((item) => item.textContent).join("\n") === wanted.join("\n")) return;
  $(id).replaceChildren(...wanted.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

function restart() {
  if (!sure) {
    sure = true;
    $("restart").textContent = words.restartSure;
    setTimeout(() => { sure = false; }, 4000);
    return;
  }
  sure = false;
  act("/staff/restart");
}

for (const key of "123456789C0") {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.addEventListener("click", () => { $("pin").value = key === "C" ? "" : $("pin").value + key; });
  $("keys").append(button);
}
function touch() {
  touchedAt = Date.now();
  if ($("desk").hidden || touchedAt - toldAt < TOUCH_MS) return;
  toldAt = touchedAt;
  send("/staff/touch").catch(() => {});
}

/* The patient's page, as soon as the kiosk is there to give it: nobody at a kiosk can leave an error. Tells whether it comes. */
async function goHome() {
  const reply = await fetch("/", { method: "HEAD" }).catch(() => null);
  if (!reply || !reply.ok) return false;
  location.replace("/");
  return true;
}

async function leave() {
  await send("/staff/leave").catch(() => {});
  return goHome();
}

/* Once the other page comes it is not asked for again: that would break off the first time, on a slow kiosk each time. */
async function leaveUntouched() {
  const leaving = Date.now() - touchedAt >= HOME_MS && await leave();
  if (!leaving) setTimeout(leaveUntouched, 1000);
}

for (const name of ["pointerdown", "keydown"]) addEventListener(name, touch);
$("gate").addEventListener("submit", enter);
$("restart").addEventListener("click", restart);
$("seen").addEventListener("click", () => act("/staff/seen"));
$("print").addEventListener("click", () => print());
$("leave").addEventListener("click", leave);
$("back").addEventListener("click", (event) => { event.preventDefault(); goHome(); });
refresh();
leaveUntouched();
