"use strict";
/* The staff's page: asks for the PIN, then shows every two seconds how the kiosk is. It keeps nothing. */

const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="token"]').content;
const words = document.body.dataset;
const LOUD = -35;  // dBFS; in a louder room the recognizer begins to mishear
let timer;
let sure = false;  // the next touch of "restart" ends the visit

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
  if (status === 200) return refresh();
  $("refused").textContent = body.closed ? `${words.closed} ${body.closed} ${words.seconds}` : words.wrong;
  $("refused").hidden = false;
}

async function refresh() {
  const reply = await fetch("/staff/state").catch(() => null);
  $("lost").hidden = !!reply;
  if (reply && reply.status === 401) return logOut();
  if (reply && reply.ok) {
    $("gate").hidden = true;
    $("desk").hidden = false;
    show(await reply.json());
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, 2000);
}

function logOut() {
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
  listItems("alarms", state.alarms.map(describeCall), words.none);
  $("alarms").classList.toggle("unseen", state.alarms.some((call) => !call.seen));
  $("seen").hidden = !state.alarms.some((call) => !call.seen);
  listItems("faults", Object.entries(state.faults).map(([name, why]) => `${words[toCamelCase(name)]}: ${why}`), words.fine);
  const noise = state.noise;
  $("noise").textContent = noise === null ? words.unknown : `${noise > LOUD ? words.loud : words.quiet} (${noise} dBFS)`;
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = state.counts[place.dataset.count];
  $("version").textContent = state.version;
  $("script").textContent = state.script;
  $("review").textContent = state.review;
}

const describeCall = (call) => `${call.at}  ${call.level === "E" ? words.levelE : words.levelStaff}${call.seen ? "" : `  (${words.new})`}`;
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
refresh();
