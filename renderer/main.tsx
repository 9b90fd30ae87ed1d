import '@patternfly/react-core/dist/styles/base.css';
import './app.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { api } from './api.ts';
import { App } from './app.tsx';
import { settingsKeys } from './data/keys.ts';
import { keepLive } from './data/live-cache.ts';
import { queryClient } from './data/query-client.ts';
import { defaultSettings } from './data/settings.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// Listening begins before anything is read. The settings come first: theme and sidebar must not change under the eyes.
keepLive(queryClient);
queryClient.setQueryData(settingsKeys.all, await api.settings.read({}).catch(() => defaultSettings));
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
