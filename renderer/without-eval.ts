import { z } from 'zod';

// Must run before the first schema is made: zod then tries whether it may compile code, which the page's policy forbids and reports.
z.config({ jitless: true });
