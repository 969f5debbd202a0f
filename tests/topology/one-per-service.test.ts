import { journeys } from './journeys.ts';
import { startOnePerService } from './one-per-service.ts';

journeys('one process per service', () => startOnePerService(8110));
