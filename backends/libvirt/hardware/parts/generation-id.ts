import { child, element, text, textAt } from '../../xml/document.ts';
import { withChild, withText } from '../../xml/edit.ts';
import { customField, plain, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu, isX86 } from '../hardware-context.ts';
import { givenAtStart, only } from './part-fields.ts';

const SECTION = 'Generation';

/** https://libvirt.org/formatdomain.html#general-metadata, "genid"; QEMU has the device on PCs. */
export const generationId: readonly BoundField[] = only(
  (context) => isQemu(context) && isX86(context),
  customField(
    (context) => ({
      ...plain(
        'generation',
        {
          label: 'Tells the guest when it was copied or set back',
          help: 'A number that changes by a restored snapshot or a copy: Windows domain controllers and databases look at it.',
          section: SECTION,
          advanced: true,
        },
        context,
      ),
      kind: 'toggle',
    }),
    {
      read: (domain) => child(domain, 'genid') !== null,
      write: (domain, value) => withChild(domain, 'genid', (old) => (value === true ? (old ?? element('genid')) : null)),
    },
  ),
  givenAtStart(
    customField(
      (context) =>
        textField(
          'generation-id',
          {
            label: 'Number',
            section: SECTION,
            advanced: true,
            when: [{ field: 'generation', is: [true] }],
            unset: 'Made by the host',
            pattern: { source: '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}', says: 'A UUID.' },
          },
          context,
        ),
      {
        read: (domain) => textAt(domain, 'genid') || null,
        write: (domain, value) =>
          withChild(domain, 'genid', (old) => {
            if (old === null) return null;
            const wanted = typeof value === 'string' ? value : null;
            return text(old) === wanted ? old : withText(old, wanted);
          }),
      },
    ),
  ),
);
