// What stands in a chat: bubbles, times and links. Content becomes text nodes, never markup.

const root = document.body.dataset.root;
const QUIET_SECONDS = 300;

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// The list items of one message: the time after a pause, then a bubble or a grey note.
// `phone` has a name and a number, `pause` the seconds since the message before, `tapped` takes a tapped choice.
export function drawMessage(message, phone, pause, tapped) {
  const time = make("li", { className: "time", textContent: clock(message.at) });
  return [...(pause > QUIET_SECONDS ? [time] : []), message.kind === "note" ? drawNote(message) : drawBubble(message, phone, tapped)];
}

function drawNote({ text }) {
  return make("li", { className: "note", textContent: text });
}

function drawBubble(message, phone, tapped) {
  const isOwn = message.side === "resident";
  const avatar = make("span", {
    className: isOwn ? `avatar tint-${phone.number % 6}` : "avatar",
    textContent: isOwn ? phone.number : "邻",
    ariaHidden: "true",
  });
  const speaker = make("span", { className: "hidden", textContent: isOwn ? `${phone.name}：` : "邻里：" });
  const className = message.kind === "image" ? "bubble picture" : "bubble";
  const bubble = make("div", { className }, speaker, ...contents[message.kind](message, tapped));
  return make("li", { className: message.side }, avatar, bubble);
}

function clock(seconds) {
  const at = new Date(seconds * 1000);
  const time = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  return at.toDateString() === new Date().toDateString() ? time : `${at.getMonth() + 1}月${at.getDate()}日 ${time}`;
}

const contents = {
  text: ({ text }, tapped) => linked(text, tapped),
  image({ media_id }) {
    const address = `${root}/media/${media_id}`;
    const picture = make("img", { src: address, alt: "图片" });
    return [make("a", { href: address, target: "_blank", rel: "noopener" }, picture)];
  },
  voice({ media_id }) {
    return [make("a", { href: `${root}/media/${media_id}`, download: "", textContent: "语音" })];
  },
  msgmenu: ({ head, choices, tail }, tapped) => [
    ...linked(head, tapped),
    ...choices.flatMap(({ id, content }) => ["\n", tap(content, { text: content, list_id: id }, tapped)]),
    ...linked(tail ? `\n${tail}` : "", tapped),
  ],
  news: ({ articles }) =>
    articles.map(({ title, description, url }) => {
      const article = outside(url, title);
      article.className = "article";
      article.append(make("span", { textContent: description }));
      return article;
    }),
};

const LINK = /<a\s[^>]*?href=(["'])(.*?)\1[^>]*>([\s\S]*?)<\/a>|https?:\/\/[^\s<>"'，。；、！？）」】]+/gi;

function linked(text, tapped) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    nodes.push(text.slice(end, match.index), link(match[2] ?? match[0], match[3] ?? match[0], tapped));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}

function link(address, words, tapped) {
  if (!/^weixin:\/\/bizmsgmenu\?/i.test(address)) return outside(address, words);
  const query = new Map(address.slice(address.indexOf("?") + 1).split("&").map((pair) => [pair.split("=", 1)[0], pair]));
  const value = (name) => decoded((query.get(name) ?? "").slice(name.length + 1));
  const listId = value("msgmenuid");
  return tap(words, { text: value("msgmenucontent"), ...(listId && { list_id: listId }) }, tapped);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function tap(words, choice, tapped) {
  const anchor = make("a", { href: "#", textContent: words });
  anchor.onclick = (event) => {
    event.preventDefault();
    tapped(choice);
  };
  return anchor;
}

function outside(address, words) {
  const isWeb = /^https?:\/\//i.test(address);
  return isWeb
    ? make("a", { href: address, target: "_blank", rel: "noopener noreferrer", textContent: words })
    : make("span", { textContent: words });
}
