// A service at work in this process: its declaration joined with a way to call others and the rules about who may call.
import { demandPermission } from '@polyclinic/access';
import type { ServiceDeclaration } from '@polyclinic/kit';
import { declaredCall, type Hosted, type Rpc } from '@polyclinic/rpc';

export interface HostingParts {
  readonly reach: (service: string) => Rpc;
  readonly now: () => Date;
  readonly onDefect: (defect: unknown, requestId: string) => void;
}

export function host(service: ServiceDeclaration, { reach, now, onDefect }: HostingParts): Hosted {
  return {
    service: service.name,
    offers: service.offers,
    contextFor: (caller) => ({ ...caller, now, call: declaredCall(service, caller, reach) }),
    authorize: (subject, { permission }) => demandPermission(subject, permission),
    onDefect,
  };
}
