// The room of messages that go out.
import { defineService } from '@polyclinic/kit';

export const notifications = defineService({
  name: 'notifications',
  purpose: 'Keeps communications and subscriptions.',
  owns: ['Communication', 'CommunicationRequest', 'Subscription'],
});
