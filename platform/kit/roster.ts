// Declared is enforced: the checks that run before anything starts.
import type { ServiceDeclaration } from './service.ts';

/** Every broken promise among the services, as sentences; empty when the roster holds together. */
export function rosterFaults(services: readonly ServiceDeclaration[]): string[] {
  const faults: string[] = [];
  const offered = new Set<string>();
  const published = new Set<string>();
  const names = new Set<string>();
  for (const service of services) {
    if (names.has(service.name)) faults.push(`two services are called ${service.name}`);
    names.add(service.name);
    for (const { operation } of service.offers) {
      const key = `${operation.service}.${operation.name}`;
      if (operation.service !== service.name) faults.push(`${service.name} offers ${key}, which is not its own`);
      if (offered.has(key)) faults.push(`${key} is offered twice`);
      offered.add(key);
    }
    for (const event of service.publishes) {
      if (event.service !== service.name) faults.push(`${service.name} publishes ${event.service}.${event.name}`);
      published.add(`${event.service}.${event.name}`);
    }
  }
  for (const service of services) {
    for (const called of service.calls)
      if (!offered.has(`${called.service}.${called.name}`))
        faults.push(`${service.name} calls ${called.service}.${called.name}, which nobody offers`);
    for (const { event } of service.reacts)
      if (!published.has(`${event.service}.${event.name}`))
        faults.push(`${service.name} reads ${event.service}.${event.name}, which nobody publishes`);
    const used = new Set(service.offers.map(({ operation }) => operation.permission));
    for (const permission of service.permissions)
      if (!used.has(permission.name)) faults.push(`${service.name} declares ${permission.name}, which nothing uses`);
  }
  return faults;
}
