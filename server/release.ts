// Which Polyclinic this is.
import manifest from '../package.json' with { type: 'json' };

export const RELEASE = {
  software: { name: 'Polyclinic', version: manifest.version },
  releasedAt: '2026-11-21T00:00:00Z',
} as const;
