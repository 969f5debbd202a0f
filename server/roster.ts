// Everybody who works here. One line per service; what each does stands in its own table of contents.
import { appointments } from '@polyclinic/appointments/service.ts';
import { audit } from '@polyclinic/audit/service.ts';
import { clinics } from '@polyclinic/clinics/service.ts';
import { diagnosis } from '@polyclinic/diagnosis/service.ts';
import { gateway } from '@polyclinic/gateway/service.ts';
import { identity } from '@polyclinic/identity/service.ts';
import type { ServiceDeclaration } from '@polyclinic/kit';
import { medication } from '@polyclinic/medication/service.ts';
import { notifications } from '@polyclinic/notifications/service.ts';
import { patients } from '@polyclinic/patients/service.ts';
import { practitioners } from '@polyclinic/practitioners/service.ts';
import { reports } from '@polyclinic/reports/service.ts';
import { research } from '@polyclinic/research/service.ts';
import { visits } from '@polyclinic/visits/service.ts';

export const roster: readonly ServiceDeclaration[] = [
  gateway,
  identity,
  patients,
  practitioners,
  appointments,
  visits,
  medication,
  clinics,
  notifications,
  reports,
  audit,
  research,
  diagnosis,
];
