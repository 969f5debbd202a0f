// The bounds of every call between processes, each with its reason.

/** A transaction Bundle of 16 MB, its answer with every resource in it, and room for what wraps them. */
export const MESSAGE_BYTES = 64 * 1024 * 1024;
/** What one connection may buffer: two of the largest messages each way. */
export const SESSION_MEGABYTES = 256;
/** Fewer, larger pieces: the default window of 64 KB makes a large message wait for its acknowledgements. */
export const WINDOW_BYTES = 1024 * 1024;
/** A connection that a network swallowed is noticed within ping interval plus timeout. */
export const PING_INTERVAL_MS = 10_000;
export const PING_TIMEOUT_MS = 3_000;
export const IDLE_MS = 600_000;
/** The longest deadline a caller may ask for. */
export const LONGEST_CALL_MS = 120_000;
/** Repeats of an idempotent call that nobody answered, with full jitter between these bounds. */
export const RETRIES = 2;
export const RETRY_WAIT_MS = { from: 50, to: 500 } as const;
/** Repeats may make up a tenth of all calls: a service that is down must not be asked three times as often. */
export const RETRY_SHARE = 0.1;
