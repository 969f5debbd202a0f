// What a person reads when the platform is up.
import type { Config } from './config.ts';

export function welcome({ baseUrl, demo }: Config): string[] {
  const lines = [
    '',
    `  Polyclinic      ${baseUrl}/`,
    `  FHIR R4         ${baseUrl}/fhir/R4`,
    `  Sign-in         ${baseUrl}/.well-known/openid-configuration`,
    `  Health          ${baseUrl}/health/ready`,
  ];
  if (demo)
    lines.push(
      '',
      '  Demo, known to everybody and therefore only on this machine:',
      '  program         demo-system, secret demo-system-secret, scope system/*.cruds',
      `  app             demo-app, redirect http://127.0.0.1:${new URL(baseUrl).port || '80'}/callback, PKCE`,
      '  people          admin@demo.clinic doctor@demo.clinic nurse@demo.clinic',
      '                  office@demo.clinic patient@demo.clinic researcher@demo.clinic',
      '  password        polyclinic-demo',
    );
  return [...lines, ''];
}
