// What operators measure, in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/
import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';

/** One process's numbers as plain data, to be sent to whoever adds them up. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

export interface Metrics {
  /** A request was answered. `route` is its pattern: a value per path would never end. */
  requestAnswered(request: { route: string; method: string; status: number; seconds: number }): void;
  /** Requests that were turned away before any work: limits, overload. */
  requestTurnedAway(reason: string): void;
  /** Asked for whenever metrics are read. */
  watchPool(name: string, load: () => { readonly open: number; readonly idle: number; readonly waiting: number }): void;
  databaseFailed(code: string): void;
  databaseRestarted(): void;
  /** A reader of the log took entries in; `lagSeconds` is how old the last of them was. */
  readerMoved(reader: string, entries: number, lagSeconds: number): void;
  /** A reader gave up on an entry for now. */
  readerParked(reader: string): void;
  text(): Promise<string>;
  snapshot(): Promise<MetricsSnapshot>;
}

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

// From half a millisecond, where a read by id lies, to the five seconds after which a statement is cut off.
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const shared = { registers: [register] };
  const answered = new Histogram({
    ...shared,
    name: 'polyclinic_http_request_seconds',
    help: 'How long requests took, by route pattern.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: SECONDS,
  });
  const turnedAway = new Counter({
    ...shared,
    name: 'polyclinic_http_requests_turned_away_total',
    help: 'Requests refused before any work.',
    labelNames: ['reason'] as const,
  });
  const pools = new Map<string, Parameters<Metrics['watchPool']>[1]>();
  new Gauge({
    ...shared,
    name: 'polyclinic_database_connections',
    help: 'Database connections by pool and state; waiting counts callers without one.',
    labelNames: ['pool', 'state'] as const,
    collect() {
      for (const [pool, load] of pools)
        for (const [state, value] of Object.entries(load())) this.set({ pool, state }, value);
    },
  });
  const databaseFailures = new Counter({
    ...shared,
    name: 'polyclinic_database_failures_total',
    help: 'Statements that failed, by SQLSTATE or system code.',
    labelNames: ['code'] as const,
  });
  const databaseRestarts = new Counter({
    ...shared,
    name: 'polyclinic_database_restarts_total',
    help: 'How often the embedded database died and was started again.',
  });
  const entriesRead = new Counter({
    ...shared,
    name: 'polyclinic_reader_entries_total',
    help: 'Log entries that a reader took in.',
    labelNames: ['reader'] as const,
  });
  const lag = new Gauge({
    ...shared,
    name: 'polyclinic_reader_lag_seconds',
    help: 'Age of the last log entry a reader took in, when it did.',
    labelNames: ['reader'] as const,
    aggregator: 'max',
  });
  const parked = new Counter({
    ...shared,
    name: 'polyclinic_reader_parked_total',
    help: 'Log entries that a reader parked after repeated failure.',
    labelNames: ['reader'] as const,
  });
  return {
    requestAnswered: ({ route, method, status, seconds }) => answered.observe({ route, method, status }, seconds),
    requestTurnedAway: (reason) => turnedAway.inc({ reason }),
    watchPool: (name, load) => void pools.set(name, load),
    databaseFailed: (code) => databaseFailures.inc({ code }),
    databaseRestarted: () => databaseRestarts.inc(),
    readerMoved: (reader, entries, lagSeconds) => {
      entriesRead.inc({ reader }, entries);
      lag.set({ reader }, lagSeconds);
    },
    readerParked: (reader) => parked.inc({ reader }),
    text: () => register.metrics(),
    snapshot: () => register.getMetricsAsJSON(),
  };
}

/** Adds up the numbers of several processes: counters and histograms are summed, lags are the largest. */
export function mergedMetricsText(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate(snapshots as MetricsSnapshot[]).metrics();
}
