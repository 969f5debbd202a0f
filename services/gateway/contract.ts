// What other services may know of the gateway: where the outcome of a transaction over several owners stands.
import { decisionDoor } from '@polyclinic/fhir-rest';

export const { decide } = decisionDoor('gateway');
