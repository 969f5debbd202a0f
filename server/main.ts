// The only entry: `npm start`. One process supervises, one per core answers.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const { start } = await import('./start.ts');
  await start(process.env, availableParallelism());
} else {
  const { work } = await import('./worker.ts');
  await work(process.env, availableParallelism());
}
