// WeChat's own button on 订阅: it is shown inside WeChat alone. Here it is only thanked; what was allowed, the platform
// tells the account itself.

const { dataset } = document.querySelector("#wechat");
const told = document.querySelector("#ticked");

function tell(words) {
  told.textContent = words;
  told.hidden = false;
}

function start() {
  window.wx.config({
    appId: dataset.appId,
    timestamp: Number(dataset.timestamp),
    nonceStr: dataset.nonce,
    signature: dataset.signature,
    jsApiList: ["closeWindow"],
    openTagList: ["wx-open-subscribe"],
  });
  for (const tag of document.querySelectorAll("wx-open-subscribe")) {
    tag.addEventListener("success", () => tell("微信已记下您的选择，过一会儿重新打开这一页就能看到。"));
    tag.addEventListener("error", () => tell("这次没有点成，请过一分钟再试。"));
  }
}

// The platform's script may come late, or never: the page is read without it.
if (window.wx) start();
else document.querySelector("#wechat-script").addEventListener("load", start);
