// Whether a service is there: the one operation that every service offers by itself.
import { boolean, type Offer, object, offer, operation } from '@polyclinic/kit';

export const presenceDoor = (service: string) =>
  operation({
    service,
    name: 'presence',
    about: 'Says whether the service can do its work.',
    input: object({}),
    output: object({ healthy: boolean() }),
    permission: 'by-resource',
    idempotent: false,
    deadlineMs: 1_000,
  });

export function offerPresence(service: string, isHealthy: () => Promise<boolean>): Offer {
  return offer(presenceDoor(service), async () => ({ healthy: await isHealthy() }));
}
