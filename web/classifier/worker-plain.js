import { importRuntime } from "./runtime.js";
import { serve } from "./serve.js";
// All that those two need in the end, so that it is asked for at once and not step by step.
import "./assets.js";
import "./bert-text.js";
import "./clock.js";
import "./deadline.js";
import "./engine.js";
import "./errors.js";
import "./inflate.js";
import "./integrity.js";
import "./locate.js";
import "./probabilities.js";
import "./progress.js";
import "./response.js";
import "./runtime-files.js";
import "./session.js";
import "./sources.js";
import "./store.js";
import "./support.js";
import "./thread-watch.js";
import "./tokenizer.js";
import "./vouched.js";

// The runtime comes from the address that the page gives, after the worker listens.
serve(importRuntime);
