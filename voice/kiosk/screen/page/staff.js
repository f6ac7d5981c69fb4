"use strict";
/* The staff's page: asks for the PIN, then shows every two seconds how the kiosk is. Keeps nothing. */

const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="token"]').content;
const words = document.body.dataset;
const LOUD = -35;  // dBFS; above it the recognizer begins to mishear
let timer;
let sure = false;

async function send(path, body) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Ruggespraak-Token": token },
    body: JSON.stringify(body || {}),
  });
  return { status: reply.status, body: await reply.json() };
}

async function enter(event) {
  event.preventDefault();
  const { status, body } = await send("/staff/enter", { pin: $("pin").value });
  $("pin").value = "";
  if (status === 200) return open();
  $("refused").textContent = body.closed ? `${words.closed} ${body.closed} ${words.seconds}` : words.wrong;
  $("refused").hidden = false;
}

async function open() {
  const reply = await fetch("/staff/state").catch(() => null);
  $("lost").hidden = !!reply;
  if (reply && reply.status === 401) return shut();
  if (reply && reply.ok) {
    $("gate").hidden = true;
    $("desk").hidden = false;
    show(await reply.json());
  }
  clearTimeout(timer);
  timer = setTimeout(open, 2000);
}

function shut() {
  clearTimeout(timer);
  $("desk").hidden = true;
  $("gate").hidden = false;
  $("refused").hidden = true;
  $("pin").focus();
}

function show(state) {
  $("busy").textContent = state.busy ? words.busy : words.free;
  $("muted").textContent = state.muted ? words.muted : words.sounding;
  $("mute").textContent = state.muted ? words.unmute : words.mute;
  $("mute").onclick = async () => show((await send("/staff/mute", { muted: !state.muted })).body);
  $("restart").disabled = !state.busy;
  $("restart").textContent = sure ? words.restartSure : words.restart;
  items("alarms", state.alarms.map(told), words.none);
  $("alarms").classList.toggle("unseen", state.alarms.some((alarm) => !alarm.seen));
  $("seen").hidden = !state.alarms.some((alarm) => !alarm.seen);
  items("faults", Object.entries(state.faults).map(([name, why]) => `${words[camel(name)]}: ${why}`), words.fine);
  const noise = state.noise;
  $("noise").textContent = noise === null ? words.unknown : `${noise > LOUD ? words.loud : words.quiet} (${noise} dBFS)`;
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = state.counts[place.dataset.count];
  $("version").textContent = state.version;
  $("script").textContent = state.script;
  $("review").textContent = state.review;
}

const told = (alarm) => `${alarm.at}  ${alarm.level === "E" ? words.levelE : words.levelStaff}${alarm.seen ? "" : `  (${words.new})`}`;
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

function items(id, lines, none) {
  const wanted = lines.length ? lines : [none];
  if ([...$(id).children].map((item) => item.textContent).join("\n") === wanted.join("\n")) return;
  $(id).replaceChildren(...wanted.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

async function restart() {
  if (!sure) {
    sure = true;
    $("restart").textContent = words.restartSure;
    setTimeout(() => { sure = false; }, 4000);
    return;
  }
  sure = false;
  show((await send("/staff/restart")).body);
}

for (const key of "123456789C0") {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.addEventListener("click", () => { $("pin").value = key === "C" ? "" : $("pin").value + key; });
  $("keys").append(button);
}
$("gate").addEventListener("submit", enter);
$("restart").addEventListener("click", restart);
$("seen").addEventListener("click", async () => show((await send("/staff/seen")).body));
$("leave").addEventListener("click", async () => { await send("/staff/leave"); location.assign("/"); });
open();
