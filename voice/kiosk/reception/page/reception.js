"use strict";
/* The page at the desk. It shows whether the kiosk asks for somebody and sounds a gong. It keeps nothing, and never looks calm
   without having just heard from the kiosk. */

const $ = (id) => document.getElementById(id);
const words = document.body.dataset;
const SILENT_MS = 6000;  // so long after the last word of the kiosk it counts as lost; it speaks every two seconds
const RETRY_MS = 2000;
const GONG_MS = 15000;  // how often a call sounds until somebody says that he comes
const OPENED_MS = 60000;  // so long after the last touch what was opened is closed again; as IDLE_SECONDS in staff_login.py
const HEARD_MS = 2000;  // a browser that gives no sound so long after a touch gives none
const GONG = [659.26, 523.25, 659.26];  // Hz: e'', c'', e'', as the kiosk's own (voice/audio/tones.py)
const LOST = [523.25];  // one stroke, when the kiosk is lost
const STROKE_S = 0.45;
let source = null, connecting = false, heardAt = 0, triedAt = 0;
let shown = null;  // what the kiosk said last
let version = "";  // of the program that gave this page
let interrupted = false;  // the kiosk was started again while it asked for somebody: it has forgotten that, we have not
let soundedAt = 0, openedAt = 0, waiting;
let audio = null, mute = false;
let played = 0;  // how often something was given to the loudspeaker

async function send(path, body) {
  const reply = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}) });
  return { status: reply.status, body: await reply.json() };
}

/* --- the PIN ------------------------------------------------------------------------------------------ */

function askPin(why) {
  stop();
  shown = null;
  closeOpened();
  $("desk").hidden = true;
  $("gate").hidden = false;
  setState("gate", words.title);
  refuse(why);
  $("pin").focus();
}

function refuse(why) {
  clearTimeout(waiting);
  $("refused").textContent = why;
  $("refused").hidden = !why;
}

/* Tell how long no PIN is looked at, until it is over. */
function countDown(seconds) {
  refuse(seconds > 0 ? `${words.closed} ${seconds} ${words.seconds}` : "");
  if (seconds > 0) waiting = setTimeout(() => countDown(seconds - 1), 1000);
}

async function givePin(event, field, path, then) {
  event.preventDefault();
  const pin = $(field).value;
  $(field).value = "";
  const { status, body } = await send(path, { pin }).catch(() => ({ status: 0, body: {} }));
  if (status === 200) { refuse(""); return then(body); }
  if (status === 401) return askPin(words.ended);
  if (!status) return refuse(words.lost);
  if (body.closed) return countDown(body.closed);
  refuse(words.wrong);
}

/* --- what the kiosk says --------------------------------------------------------------------------------- */

function stop() {
  if (source) source.close();
  source = null;
}

/* Follow the kiosk; ask for the PIN if it does not know us any more. What fails is tried again by `watch`. */
async function connect() {
  if (connecting) return;
  connecting = true;
  triedAt = Date.now();
  stop();
  const reply = await fetch("/calls", { method: "HEAD", signal: AbortSignal.timeout(SILENT_MS) }).catch(() => null);
  connecting = false;
  if (reply && reply.status === 401) return askPin($("desk").hidden ? "" : words.ended);
  $("gate").hidden = true;
  $("desk").hidden = false;
  if (!reply || !reply.ok) return showLost();
  heardAt = Date.now();
  source = new EventSource("/calls");
  source.addEventListener("shown", (event) => hear(JSON.parse(event.data)));
  source.onerror = showLost;
}

function hear(next) {
  heardAt = Date.now();
  if (shown && shown.boot !== next.boot && shown.asked !== "nothing") interrupted = true;
  if (!shown || next.asked === "nothing" || shown.rung !== next.rung) closeOpened();
  shown = next;
  version = version || next.version;
  if (version !== next.version && next.asked === "nothing" && !interrupted) return location.reload();
  show();
}

function watch() {
  if ($("desk").hidden) return;
  if (Date.now() - heardAt > SILENT_MS) showLost();
  if (words.state === "lost" && Date.now() - triedAt > RETRY_MS) connect();
  if (openedAt && Date.now() - openedAt > OPENED_MS) closeOpened();
  ring();
  showSound();
}

/* --- what is shown ------------------------------------------------------------------------------------------ */

function setState(state, title) {
  words.state = state;
  if (document.title !== title) document.title = title;
}

function setText(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
  $(id).hidden = !text;
}

function say(state, more) {
  setState(state, state === "calm" ? words.title : words[state]);
  $("sign").setAttribute("href", `#sign-${state}`);
  setText("line", words[state]);
  setText("more", more);
}

function show() {
  const state = interrupted ? "interrupted" : shown.asked === "nothing" ? "calm" : shown.asked;
  say(state, state === "urgent" && shown.coming ? words.coming : "");
  $("come").hidden = state !== "urgent" || shown.coming;
  $("close").hidden = !(interrupted || shown.closable);
  $("open").hidden = state === "calm" || state === "interrupted";
  ring();
}

function showLost() {
  if ($("desk").hidden) return;
  if (words.state !== "lost") play(LOST);
  say("lost", words.again);
  closeOpened();
  for (const id of ["come", "close", "open"]) $(id).hidden = true;
}

function showOpened({ calls }) {
  openedAt = Date.now();
  $("calls").replaceChildren(...calls.map(({ level, at }) => {
    const item = document.createElement("li");
    item.textContent = `${at}  ${words[`level${level[0].toUpperCase()}${level.slice(1)}`]}`;
    return item;
  }));
  $("opened").hidden = false;
}

function closeOpened() {
  openedAt = 0;
  $("calls").replaceChildren();
  $("opened").hidden = true;
  $("open-pin").value = "";
}

/* --- sound ---------------------------------------------------------------------------------------------------- */

/* Sound at each call, and again until somebody says that he comes; also while the kiosk is lost in the middle of it. */
function ring() {
  const asked = interrupted || (shown && shown.asked === "urgent" && !shown.coming);
  if (!asked) soundedAt = 0;
  else if (Date.now() - soundedAt >= GONG_MS && play(GONG)) soundedAt = Date.now();
}

function play(notes) {
  if (!audio || audio.state !== "running") return false;
  played += 1;
  notes.forEach((note, place) => {
    const start = audio.currentTime + place * STROKE_S, tone = audio.createOscillator(), loudness = audio.createGain();
    tone.frequency.value = note;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.5, start + 0.005);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
    tone.connect(loudness).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.9);
  });
  return true;
}

/* A browser gives sound only once something was touched. */
function allowSound() {
  if (openedAt) openedAt = Date.now();
  if (!audio) return;
  audio.resume().catch(() => {});
  setTimeout(() => { mute = audio.state !== "running"; showSound(); }, HEARD_MS);
}

function showSound() {
  const running = audio && audio.state === "running";
  setText("sound-note", running ? "" : mute || !audio ? words.mute : words.unheard);
  $("sound").textContent = running ? $("sound").dataset.on : $("sound").dataset.off;
  $("sound").hidden = !audio;
}

function trySound() {
  if (audio.state === "running") return play(GONG);
  audio.resume().then(() => { showSound(); play(GONG); }).catch(() => {});
}

/* A telephone that goes to sleep hears nothing. A browser that cannot stay awake is no worse for that. */
function stayAwake() {
  if (document.visibilityState === "visible" && navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
}

if (window.AudioContext) {
  audio = new AudioContext();
  audio.onstatechange = showSound;
}
for (const name of ["pointerdown", "keydown"]) addEventListener(name, allowSound);
$("gate").addEventListener("submit", (event) => givePin(event, "pin", "/enter", connect));
$("open").addEventListener("submit", (event) => givePin(event, "open-pin", "/open", showOpened));
$("come").addEventListener("click", () => send("/come", { rung: shown.rung }).catch(showLost));
$("close").addEventListener("click", () => {
  if (interrupted) { interrupted = false; return show(); }
  send("/close").catch(showLost);
});
$("sound").addEventListener("click", trySound);
$("leave").addEventListener("click", () => send("/leave").catch(() => {}).then(() => askPin("")));
document.addEventListener("visibilitychange", stayAwake);
setInterval(watch, 500);
stayAwake();
connect();
