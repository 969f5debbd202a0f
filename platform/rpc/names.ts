// How Polyclinic's names are spelled in Protobuf. https://protobuf.dev/programming-guides/style/

/** `prepareEntries` is `PrepareEntries`. */
export const pascalCase = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `requestId` is `request_id`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const packageOf = (service: string): string => `polyclinic.${service}.v1`;
