// Appended to the worker's program by a test: tries every way to another origin when it is told to.
const pocketProbe = new BroadcastChannel("probe");
const fetchCode = (url) => `fetch(${JSON.stringify(url)}).then(() => postMessage("reached"), () => postMessage("refused"))`;

const nested = (address) =>
  new Promise((resolve) => {
    const worker = new Worker(address);
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve("not started");
    };
  });

const opened = (connection) =>
  new Promise((resolve) => {
    connection.onopen = connection.onload = () => resolve("reached");
    connection.onerror = () => {
      connection.close?.();
      resolve("refused");
    };
  });

const WAYS = {
  fetch: (url) => fetch(url).then(() => "reached"),
  post: (url) => fetch(url, { method: "POST", mode: "no-cors", keepalive: true, body: "text" }).then(() => "reached"),
  xhr(url) {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    const outcome = opened(request);
    request.send();
    return outcome;
  },
  websocket: (url) => opened(new WebSocket(url.replace("http", "ws"))),
  eventsource: (url) => opened(new EventSource(url)),
  module: (url) => import(url).then(() => "reached"),
  data: (url) => nested(`data:text/javascript,${encodeURIComponent(fetchCode(url))}`),
  blob: (url) => nested(URL.createObjectURL(new Blob([fetchCode(url)], { type: "text/javascript" }))),
};

pocketProbe.onmessage = async ({ data: { elsewhere, own } }) => {
  if (!elsewhere) return;
  const outcome = {};
  for (const [name, way] of Object.entries(WAYS)) {
    const attempt = Promise.resolve(elsewhere + name).then(way).catch(() => "refused");
    const patience = new Promise((resolve) => setTimeout(resolve, 3000, "silence"));
    outcome[name] = await Promise.race([attempt, patience]);
  }
  outcome.own = await fetch(own).then((response) => response.status, String);
  pocketProbe.postMessage({ outcome });
};
