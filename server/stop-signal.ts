// Ctrl-C or SIGTERM once: stop in order. Twice: stop at once.

/** Resolves at the first signal; calls `atOnce` at the second. */
export function onStopSignal(atOnce: () => void): Promise<void> {
  return new Promise((first) => {
    let seen = false;
    const hear = () => {
      if (seen) return atOnce();
      seen = true;
      first();
    };
    process.on('SIGTERM', hear);
    process.on('SIGINT', hear);
  });
}
