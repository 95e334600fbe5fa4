import { importRuntime } from "./runtime.js";
import { serve } from "./serve.js";

// The runtime comes from the address that the page gives, after the worker listens.
serve(importRuntime);
