// One visit and what was written in it: the encounter, vital signs, laboratory results, findings and prescriptions.
import { type Illness, LABS, type Measure, REASONS, VITALS } from './catalogue.ts';
import type { Clinic } from './clinic.ts';
import { concept, LOINC, quantity, type Resource, RXNORM, SNOMED, TERMINOLOGY, term, to } from './model.ts';
import type { Chance } from './random.ts';
import { at } from './time.ts';

export interface VisitPlan {
  readonly id: string;
  readonly patient: Resource;
  readonly clinic: Clinic;
  readonly doctor: Resource;
  readonly date: string;
  /** Minutes after local midnight. */
  readonly start: number;
  readonly illness: Illness | null;
  /** Whether the illness is first noted here. */
  readonly firstNoted: boolean;
  readonly age: number;
}

const CATEGORY = `${TERMINOLOGY}/observation-category`;
const category = (code: string, display: string) => [{ coding: [{ system: CATEGORY, code, display }] }];

/** Everything a finished visit leaves behind, the encounter first. */
export function visitRecord(plan: VisitPlan, chance: Chance): Resource[] {
  const { zone } = plan.clinic.plan;
  const minutes = chance.between(12, 35);
  const start = at(plan.date, plan.start, zone);
  const end = at(plan.date, plan.start + minutes, zone);
  const reason = plan.illness === null ? REASONS[1] : chance.pick(REASONS);
  const encounter: Resource = {
    resourceType: 'Encounter',
    id: plan.id,
    status: 'finished',
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
    type: [concept(SNOMED, reason[0], reason[1])],
    subject: to(plan.patient),
    participant: [{ individual: to(plan.doctor), period: { start, end } }],
    period: { start, end },
    location: [{ location: to(chance.pick(plan.clinic.rooms.slice(1))) }],
    serviceProvider: to(plan.clinic.organization),
    ...(plan.illness === null ? {} : { reasonCode: [concept(SNOMED, plan.illness.code, plan.illness.display)] }),
  };
  const made: Resource[] = [encounter, bloodPressure(plan, encounter, start, chance)];
  const measure = (kind: string, of: Measure, group: ReturnType<typeof category>): Resource => ({
    resourceType: 'Observation',
    id: `${plan.id}-${kind}-${of.code}`,
    status: 'final',
    category: group,
    code: concept(LOINC, of.code, of.display),
    subject: to(plan.patient),
    encounter: to(encounter),
    effectiveDateTime: start,
    issued: end,
    performer: [to(plan.doctor)],
    valueQuantity: quantity(chance.around(of.mean, of.sd, of.decimals), of.unit, of.ucum),
  });
  const vitals = category('vital-signs', 'Vital Signs');
  for (const vital of VITALS.slice(0, chance.between(1, VITALS.length))) made.push(measure('vital', vital, vitals));
  const labs = LABS.filter((lab) => plan.illness?.follows.includes(lab.code));
  const results = labs.map((lab) => measure('lab', lab, category('laboratory', 'Laboratory')));
  made.push(...results);
  if (results.length > 0)
    made.push({
      resourceType: 'DiagnosticReport',
      id: `${plan.id}-report`,
      status: 'final',
      category: [term('v2-0074', 'LAB', 'Laboratory')],
      code: concept(LOINC, '11502-2', 'Laboratory report'),
      subject: to(plan.patient),
      encounter: to(encounter),
      effectiveDateTime: start,
      issued: end,
      performer: [to(plan.clinic.organization)],
      result: results.map((result) => to(result)),
    });
  if (plan.illness !== null && plan.firstNoted) made.push(...noted(plan, plan.illness, encounter, start));
  return made;
}

function bloodPressure(plan: VisitPlan, encounter: Resource, start: string, chance: Chance): Resource {
  const high = plan.illness?.code === '59621000' ? 22 : 0;
  const part = (code: string, display: string, mean: number, sd: number) => ({
    code: concept(LOINC, code, display),
    valueQuantity: quantity(chance.around(mean, sd), 'mm[Hg]'),
  });
  return {
    resourceType: 'Observation',
    id: `${plan.id}-bp`,
    status: 'final',
    category: category('vital-signs', 'Vital Signs'),
    code: concept(LOINC, '85354-9', 'Blood pressure panel with all children optional'),
    subject: to(plan.patient),
    encounter: to(encounter),
    effectiveDateTime: start,
    component: [
      part('8480-6', 'Systolic blood pressure', (plan.age < 15 ? 102 : 122) + high, 9),
      part('8462-4', 'Diastolic blood pressure', (plan.age < 15 ? 64 : 78) + high / 2, 7),
    ],
  };
}

/** The diagnosis, and what is prescribed for it. */
function noted(plan: VisitPlan, illness: Illness, encounter: Resource, start: string): Resource[] {
  const condition: Resource = {
    resourceType: 'Condition',
    id: `${plan.id}-condition`,
    clinicalStatus: term('condition-clinical', illness.chronic ? 'active' : 'resolved'),
    verificationStatus: term('condition-ver-status', 'confirmed'),
    category: [term('condition-category', 'encounter-diagnosis', 'Encounter Diagnosis')],
    code: concept(SNOMED, illness.code, illness.display),
    subject: to(plan.patient),
    encounter: to(encounter),
    onsetDateTime: start,
    recordedDate: start,
    recorder: to(plan.doctor),
  };
  const prescriptions = illness.medicines.map(
    (medicine): Resource => ({
      resourceType: 'MedicationRequest',
      id: `${plan.id}-rx-${medicine.code}`,
      status: illness.chronic ? 'active' : 'completed',
      intent: 'order',
      medicationCodeableConcept: concept(RXNORM, medicine.code, medicine.display),
      subject: to(plan.patient),
      encounter: to(encounter),
      authoredOn: start,
      requester: to(plan.doctor),
      reasonReference: [to(condition)],
      dosageInstruction: [
        {
          sequence: 1,
          text: `1 unit, ${medicine.timesPerDay} times a day`,
          timing: { repeat: { frequency: medicine.timesPerDay, period: 1, periodUnit: 'd' } },
          asNeededBoolean: false,
        },
      ],
    }),
  );
  return [condition, ...prescriptions];
}
