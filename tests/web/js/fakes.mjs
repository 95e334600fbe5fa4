/** A worker that a test plays: it answers by a function, at once, or as the test says. */
export class FakeWorker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  terminated = false;
  received = [];

  /** @param {((message: any, worker: FakeWorker) => any)} [answer] what it says to a message; undefined is silence */
  constructor(answer = () => undefined) {
    this.answer = answer;
  }

  postMessage(message) {
    this.received.push(message);
    queueMicrotask(() => {
      const reply = this.terminated ? undefined : this.answer(message, this);
      if (reply !== undefined) this.onmessage({ data: { id: message.id, ...reply } });
    });
  }

  terminate() {
    this.terminated = true;
  }

  die(message = "out of memory") {
    this.onerror({ message });
  }
}

/** What a model of two labels could answer: the longer the text, the gladder. */
export function predict(text, top) {
  const glad = text.length / (text.length + 10);
  const scores = [
    { label: "glad", index: 0, probability: glad },
    { label: "sad", index: 1, probability: 1 - glad },
  ].sort((a, b) => b.probability - a.probability);
  const { label, probability } = scores[0];
  return { label, probability, unsure: false, scores: scores.slice(0, top), logits: [glad, -glad], tokens: 3, truncated: false };
}

/** Answers like a worker that works: loads, classifies. */
export function work(message) {
  if (message.method === "load") return { result: { milliseconds: 1, threads: message.threads, stored: [], steps: {} } };
  if (message.method === "classify") return { result: predict(message.text, message.top) };
  if (message.method === "files") return { result: { model: new Blob(["m"]), tokenizer: new Blob(["t"]), tokenizer_config: new Blob(["c"]) } };
  return undefined;
}

export const soon = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));
