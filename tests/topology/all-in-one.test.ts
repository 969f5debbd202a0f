import { startAllInOne } from './all-in-one.ts';
import { journeys } from './journeys.ts';

journeys('all in one', () => startAllInOne(8100));
