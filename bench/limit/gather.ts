// What arrives while two batches are under way leaves together in the next one.

const MAX_BATCH = 500;

/** Turns a function over many into one over one; results come in the order of the items. */
export function gather<I, O>(run: (items: I[]) => Promise<O[]>): (item: I) => Promise<O> {
  const waiting: { item: I; done: (result: O) => void; failed: (error: unknown) => void }[] = [];
  let underWay = 0;
  const pump = () => {
    while (underWay < 2 && waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH);
      underWay++;
      run(batch.map(({ item }) => item))
        .then((results) => {
          for (const [n, { done }] of batch.entries()) done(results[n] as O);
        })
        .catch((error) => {
          for (const { failed } of batch) failed(error);
        })
        .finally(() => {
          underWay--;
          pump();
        });
    }
  };
  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (waiting.length === 1) queueMicrotask(pump);
    });
}
