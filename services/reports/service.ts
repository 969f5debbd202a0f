// The room of measures and reports.
import { defineService } from '@polyclinic/kit';

export const reports = defineService({
  name: 'reports',
  purpose: 'Keeps measures, their reports and libraries.',
  owns: ['Measure', 'MeasureReport', 'Library'],
});
