// The names of the services without their code, so that the supervisor stays small; a test keeps it equal to the roster.
export const SERVICE_NAMES: readonly string[] = [
  'gateway',
  'identity',
  'patients',
  'practitioners',
  'appointments',
  'visits',
  'medication',
  'clinics',
  'notifications',
  'reports',
  'audit',
  'research',
  'diagnosis',
];
