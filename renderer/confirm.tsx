import '@patternfly/react-core/dist/styles/base.css';
import './confirm.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { createClient } from '#contract/client';
import { confirmation } from '#contract/confirmation';
import { ConfirmationPage } from './features/confirmation/confirmation-page.tsx';
import { followTheme } from './features/settings/theme.ts';

z.config({ jitless: true });
// Of all calls only these two are permitted to this window.
const api = createClient({ confirmation }, window.guesthouse, import.meta.env.DEV);

followTheme('system');
const root = document.getElementById('root');
if (!root) throw new Error('confirm.html has no #root');
const question = await api.confirmation.read({});
createRoot(root).render(<ConfirmationPage question={question} answer={(answer) => api.confirmation.answer(answer)} />);
