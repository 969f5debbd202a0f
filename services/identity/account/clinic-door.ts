// For admins: the clinic's name on public pages, and whether patients may register themselves.
import { setClinicDoor } from '../commands/set-clinic-door.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import { doorOf } from '../queries/clinic-doors.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

const PATH = `${ACCOUNT}/clinic`;

export const clinicDoor: AccountPage<Person> = {
  async answer({ store }, { form, person }) {
    const door = await doorOf(store, person.account.membership.clinic);
    const page = (trouble: string | null) =>
      formPage({
        title: 'The clinic’s door',
        intro: 'What people see before they sign in.',
        action: PATH,
        button: 'Save',
        fields: [{ name: 'name', label: 'Name of the clinic', type: 'text', autocomplete: 'off', value: door.name }],
        choices: [
          {
            ...{ name: 'registration', label: 'Registration', many: true },
            options: [['self', 'Patients may register themselves']],
            chosen: door.selfRegistration ? ['self'] : [],
          },
        ],
        trouble,
        links: [[ACCOUNT, 'Back']],
      });
    if (form === null) return ok(page(null));
    const name = form.get('name')?.trim().slice(0, 100) ?? '';
    if (name === '') return wrong(page('The clinic needs a name.'));
    await setClinicDoor(store, { clinic: door.clinic, name, selfRegistration: form.get('registration') === 'self' });
    return ok(donePage('Saved', 'The clinic’s door is as you wanted it.', [[ACCOUNT, 'Back']]));
  },
};
