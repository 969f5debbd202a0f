// Whether this process lives and whether it can do its work, for whoever starts and stops it; its numbers; the catalog.
import type { HttpAnswer, Route } from '@polyclinic/http';

/** One service as seen from here. */
export interface Presence {
  readonly service: string;
  readonly where: 'here' | 'elsewhere';
  readonly healthy: boolean;
}

export interface HealthParts {
  /** False from the moment the process is told to stop. */
  readonly isServing: () => boolean;
  readonly databaseAnswers: () => Promise<boolean>;
  readonly presences: () => Promise<readonly Presence[]>;
  /** In Prometheus' format, over all processes of this start. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Without it nobody can be told from anybody, so nothing can be answered. */
const INDISPENSABLE = 'identity';

export function healthRoutes(parts: HealthParts): Route[] {
  const route = (path: string, handle: () => Promise<HttpAnswer>): Route => ({ path, tongue: 'problem', handle });
  return [
    route('/health/live', async () => json(200, { status: 'live' })),
    route('/health/ready', async () => {
      if (!parts.isServing()) return json(503, { status: 'stopping' });
      const [database, presences] = await Promise.all([parts.databaseAnswers(), parts.presences()]);
      const absent = presences.filter(({ healthy }) => !healthy).map(({ service }) => service);
      // Where one service is away, its part is refused and the rest goes on: taking the whole door down helps nobody.
      const ready = database && !absent.includes(INDISPENSABLE);
      return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', database, absent });
    }),
    route('/metrics', async () => {
      const { contentType, text } = await parts.metrics();
      return { status: 200, headers: { 'content-type': contentType }, body: text };
    }),
    route('/catalog', async () => json(200, { services: await parts.presences() })),
  ];
}

const json = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});
