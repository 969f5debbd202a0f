import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, mergedMetricsText } from './metrics.ts';

test('requests are counted by route and status', async () => {
  const metrics = createMetrics();
  metrics.requestAnswered({ route: '/fhir/R4/:type/:id', method: 'GET', status: 200, seconds: 0.002 });
  const text = await metrics.text();
  assert.match(
    text,
    /polyclinic_http_request_seconds_count\{route="\/fhir\/R4\/:type\/:id",method="GET",status="200"\} 1/,
  );
  assert.match(text, /polyclinic_http_request_seconds_bucket\{le="0.001",.*\} 0/);
  assert.match(text, /polyclinic_http_request_seconds_bucket\{le="0.0025",.*\} 1/);
});

test('a pool is asked for its load when the metrics are read', async () => {
  const metrics = createMetrics();
  let waiting = 0;
  metrics.watchPool('patients', () => ({ open: 2, idle: 1, waiting }));
  waiting = 5;
  assert.match(await metrics.text(), /polyclinic_database_connections\{pool="patients",state="waiting"\} 5/);
});

test('the numbers of several processes add up', async () => {
  const processes = [createMetrics(), createMetrics()];
  for (const [at, metrics] of processes.entries()) {
    metrics.requestTurnedAway('rate');
    metrics.readerMoved('audit', 10, at + 1);
  }
  const text = await mergedMetricsText(await Promise.all(processes.map((metrics) => metrics.snapshot())));
  assert.match(text, /polyclinic_http_requests_turned_away_total\{reason="rate"\} 2/);
  assert.match(text, /polyclinic_reader_entries_total\{reader="audit"\} 20/);
  assert.match(text, /polyclinic_reader_lag_seconds\{reader="audit"\} 2/);
});
