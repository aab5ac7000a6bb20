import { test as base } from '../fixtures.ts';
import { Profile } from './profile.ts';

export const test = base.extend<{ readonly profile: Profile }>({
  // Playwright reads what a fixture needs from its first parameter, which must be a pattern.
  profile: async ({ browserName: _browserName }, use) => {
    const profile = await Profile.make();
    await use(profile);
    await profile.end();
  },
});
