import '@patternfly/react-core/dist/styles/base.css';
import './app.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { api } from './api.ts';
import { settingsKeys } from './data/keys.ts';
import { keepLive } from './data/live-cache.ts';
import { queryClient } from './data/query-client.ts';
import { defaultSettings } from './data/settings.ts';
import { ConsoleApp } from './console-app.tsx';
import { beginPlace } from './features/consoles/console-places.ts';
import { beginFullScreen } from './features/consoles/fills-screen.ts';

const root = document.getElementById('root');
if (!root) throw new Error('console.html has no #root');

keepLive(queryClient);
const [settings, { place, fullScreen }] = await Promise.all([api.settings.read({}).catch(() => defaultSettings), api.windows.own({})]);
queryClient.setQueryData(settingsKeys.all, settings);
beginFullScreen(fullScreen);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ConsoleApp first={beginPlace(place)} />
    </QueryClientProvider>
  </StrictMode>,
);
