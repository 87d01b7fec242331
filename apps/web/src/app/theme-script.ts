/**
 * Runs before the first paint, so that a chosen theme never flashes the other one. It also keeps Zod from probing
 * `new Function`, which the content security policy would report on every page. Its hash stands in the policy.
 */
export const THEME_SCRIPT =
  'globalThis.__zod_globalConfig={jitless:true};try{var t=localStorage.getItem("theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}';
