// The residents' phones: where each chat stands, and what a press sends.

import { drawMessage, make } from "./bubbles.js";

const root = document.body.dataset.root;
const phones = new Map(); // openid → {openid, name, number, element, tab, last (message)}
const find = (selector, within = document) => within.querySelector(selector);
const PICTURE_LIMIT = 2 * 1024 * 1024;
let current = "";
let codeToScan = new URLSearchParams(location.search).get("ticket");

// ---- talking to the server

async function call(path, options) {
  const response = await fetch(root + path, options);
  if (response.status === 204) return {};
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || "没有成功，请再试一次。");
  return answer;
}

function tell(error) {
  toast(error instanceof TypeError ? "连接不上服务器，正在重试。" : error.message);
}

async function press(openid, name, data = {}) {
  const isFile = data instanceof Blob;
  const headers = { "Content-Type": isFile ? data.type : "application/json" };
  const sent = call(`/phone/${openid}/${name}`, { method: "POST", headers, body: isFile ? data : JSON.stringify(data) });
  setTimeout(look, 80); // the answer may take seconds: show the resident's own words now
  await sent.catch(tell);
  await look();
}

let looking = Promise.resolve();
function look() {
  looking = looking.then(lookOnce);
  return looking;
}

async function lookOnce() {
  const read = new URLSearchParams([...phones.values()].map((phone) => [phone.openid, phone.last?.id ?? 0]));
  await call(`/phone/live?${read}`).then(draw).catch(tell);
}

async function keepLooking() {
  if (!document.hidden) await look();
  setTimeout(keepLooking, 1000);
}

// ---- drawing

function draw({ residents }) {
  const openids = new Set(residents.map((resident) => resident.openid));
  for (const openid of phones.keys()) if (!openids.has(openid)) closePhone(openid);
  residents.forEach(drawResident);
  if (!phones.has(current)) select(phones.keys().next().value ?? "");
  find("#empty").hidden = phones.size > 0;
  if (codeToScan && phones.size) {
    openScan(phones.get(current), `${location.origin}${root}/q/${codeToScan}`);
    codeToScan = null;
  }
}

function drawResident(resident) {
  const isNew = !phones.has(resident.openid);
  const phone = isNew ? openPhone(resident) : phones.get(resident.openid);
  if (JSON.stringify(resident.menu) !== JSON.stringify(phone.menu)) drawMenu(phone, resident.menu);
  find(".follow", phone.element).hidden = resident.following;
  find(".write", phone.element).hidden = !resident.following;
  find(".menu", phone.element).hidden = !resident.following || !resident.menu;
  for (const deed of ["voice", "allow", "unfollow"]) find(`[data-do=${deed}]`, phone.element).parentElement.hidden = !resident.following;
  find(".account", phone.element).hidden = resident.typing;
  find(".typing", phone.element).hidden = !resident.typing;
  const fresh = resident.messages.filter((message) => message.id > (phone.last?.id ?? 0));
  if (!fresh.length) return;
  const chat = find(".chat", phone.element);
  for (const message of fresh) {
    const pause = message.at - (phone.last?.at ?? 0);
    chat.append(...drawMessage(message, phone, pause, (choice) => press(phone.openid, "text", choice)));
    phone.last = message;
  }
  showEnd(phone);
  if (!isNew && phone.openid !== current) phone.tab.classList.add("new");
}

function openPhone({ openid, name, number }) {
  const element = find("#phone-template").content.firstElementChild.cloneNode(true);
  const tab = make("button", { type: "button", textContent: name, onclick: () => select(openid) });
  const phone = { openid, name, number, element, tab, last: null };
  element.setAttribute("aria-label", `${name}的手机`);
  find(".whose", element).textContent = `${name}的手机`;
  find(".chat", element).setAttribute("aria-label", `${name}的对话`);
  find(".words", element).setAttribute("aria-label", `${name}发消息`);
  element.addEventListener("focusin", () => select(openid));
  element.addEventListener("submit", (event) => sendWords(event, phone));
  find(".chat", element).addEventListener("click", (event) => event.target.closest("a[target]") && opening(phone));
  find(".chat", element).addEventListener("load", () => showEnd(phone), true); // pictures
  find("input[type=file]", element).onchange = (event) => sendPicture(event.target, phone);
  find(".more", element).onclick = (event) => toggle(event.currentTarget, find(".more-list", element));
  for (const button of element.querySelectorAll("[data-do]")) button.onclick = () => deeds[button.dataset.do](phone);
  find("#phones").append(element);
  find("#tabs").append(tab);
  phones.set(openid, phone);
  return phone;
}

function showEnd(phone) {
  const chat = find(".chat", phone.element);
  chat.scrollTop = chat.scrollHeight;
}

function closePhone(openid) {
  const { element, tab } = phones.get(openid);
  element.remove();
  tab.remove();
  phones.delete(openid);
}

function select(openid) {
  if (openid === current) return;
  current = openid;
  for (const phone of phones.values()) {
    const isCurrent = phone.openid === openid;
    phone.element.classList.toggle("current", isCurrent);
    phone.tab.setAttribute("aria-pressed", isCurrent);
    if (!isCurrent) continue;
    phone.tab.classList.remove("new");
    showEnd(phone);
  }
}

// A page opened from a phone is opened as its resident: the sign-in page reads this once.
function opening(phone) {
  document.cookie = `sim_phone=${phone.openid}; path=${root || "/"}; max-age=60; samesite=lax`;
}

// ---- what a resident does

const deeds = {
  follow: (phone) => press(phone.openid, "follow"),
  unfollow: (phone) => press(phone.openid, "unfollow"),
  scan: (phone) => openScan(phone),
  voice: (phone) => press(phone.openid, "voice", new Blob()),
  allow: (phone) => press(phone.openid, "allow"),
  remove(phone) {
    if (!confirm(`移除${phone.name}的手机吗？聊天记录会一起删除。`)) return;
    call(`/phone/residents/${phone.openid}`, { method: "DELETE" }).then(look, tell);
  },
};

function sendWords(event, phone) {
  event.preventDefault();
  const field = find(".words", phone.element);
  const text = field.value;
  field.value = "";
  if (text.trim()) press(phone.openid, "text", { text });
}

function sendPicture(input, phone) {
  const [file] = input.files;
  input.value = "";
  if (file && file.size > PICTURE_LIMIT) toast("图片不能超过2兆。");
  else if (file) press(phone.openid, "picture", file);
}

async function addResident() {
  try {
    const { openid } = await call("/phone/residents", { method: "POST" });
    await look();
    select(openid);
    const { element } = phones.get(openid);
    element.scrollIntoView({ inline: "end", block: "nearest" });
    await press(openid, "follow");
    if (!element.contains(document.activeElement)) find(".words", element).focus();
  } catch (error) {
    tell(error);
  }
}

function drawMenu(phone, menu) {
  phone.menu = menu;
  const entries = (menu?.button ?? []).map((button) => {
    const opener = make("button", { type: "button", textContent: button.name });
    if (!button.sub_button?.length) {
      opener.onclick = () => useButton(phone, button);
      return make("div", {}, opener);
    }
    const list = make("ul", { className: "popup", hidden: true }, ...button.sub_button.map((entry) => subButton(phone, entry)));
    opener.setAttribute("aria-expanded", "false");
    opener.onclick = () => toggle(opener, list);
    return make("div", {}, opener, list);
  });
  find(".menu", phone.element).replaceChildren(...entries);
}

function subButton(phone, button) {
  return make("li", {}, make("button", { type: "button", textContent: button.name, onclick: () => useButton(phone, button) }));
}

function useButton(phone, button) {
  const { type, key, url } = button;
  if (type === "click") press(phone.openid, "click", { key });
  else if (type === "view" || type === "miniprogram") {
    opening(phone);
    if (/^https?:\/\//i.test(url)) window.open(url, "_blank", "noopener");
    if (type === "view") press(phone.openid, "view", { url });
  } else if (type.startsWith("scancode_")) {
    openScan(phone, "", (result) => press(phone.openid, "scancode", { kind: type, key, result }));
  } else if (type.startsWith("pic_")) find("input[type=file]", phone.element).click();
  else toast("模拟手机没有这种按钮。");
}

// ---- pop-ups, the scanner, the bar

function toggle(opener, list) {
  const opens = list.hidden;
  closePopups();
  list.hidden = !opens;
  opener.setAttribute("aria-expanded", opens);
  if (opens) find("li:not([hidden]) button", list)?.focus();
}

function closePopups() {
  const opener = find(".phone [aria-expanded=true]"); // one at most is open
  if (!opener) return;
  const hadFocus = find(".popup:focus-within");
  find(".popup:not([hidden])").hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (hadFocus) opener.focus();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest(".phone [aria-expanded]")) closePopups();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePopups();
});

async function openScan(phone, scanned = "", then = (scene) => press(phone.openid, "scan", { scene })) {
  const dialog = find("#scan");
  const field = find("#scan-scene");
  field.value = scanned;
  dialog.onclose = () => dialog.returnValue === "scan" && field.value.trim() && then(field.value.trim());
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
  const { scenes } = await call("/phone/scenes").catch(() => ({ scenes: [] }));
  find("#scan-hint").textContent = scenes.length ? "或者选一个最近生成的二维码：" : "公众号还没有生成过二维码。";
  const choose = (scene) => make("button", { type: "button", textContent: scene, onclick: () => (field.value = scene) });
  find("#scan-codes").replaceChildren(...scenes.map(({ scene }) => make("li", {}, choose(scene))));
}

let toastTimer;
function toast(words) {
  const element = find("#toast");
  element.textContent = words;
  element.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.classList.remove("shown"), 2500);
}

async function copy(button) {
  const words = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const field = make("textarea", { value: words }); // no clipboard outside https and localhost
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast(`已复制：${words}`);
}

function showNote(isShown) {
  find("#note").hidden = !isShown;
  find("#note-button").setAttribute("aria-expanded", isShown);
}

function makeLarge(isLarge) {
  document.documentElement.classList.toggle("large", isLarge);
  find("#large-button").setAttribute("aria-pressed", isLarge);
  localStorage.setItem("sim-large", isLarge ? "1" : "");
  phones.forEach(showEnd);
}

find("#add-button").onclick = find("#first-button").onclick = addResident;
find("#large-button").onclick = () => makeLarge(!document.documentElement.classList.contains("large"));
for (const button of document.querySelectorAll(".copy")) button.onclick = () => copy(button);
if (find("#note")) {
  find("#note-button").onclick = () => showNote(find("#note").hidden);
  showNote(matchMedia("(min-width: 1000px)").matches);
}
makeLarge(localStorage.getItem("sim-large") === "1");
keepLooking();
