// What the platform tells its operators: logs without patient data, and metrics.
export { createLog, type Level, type Log, type LogFields } from './log.ts';
export {
  createMetrics,
  METRICS_CONTENT_TYPE,
  type Metrics,
  type MetricsSnapshot,
  mergedMetricsText,
} from './metrics.ts';
