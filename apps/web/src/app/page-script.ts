/**
 * Runs before the first paint, so that a chosen theme never flashes the other one. It also keeps Zod from probing
 * `new Function`, which the content security policy would report on every page.
 */
const THEME_SCRIPT =
  'globalThis.__zod_globalConfig={jitless:true};try{var t=localStorage.getItem("theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch{}';

/**
 * Asks for what the page will show while its scripts are still on their way; `early-fetch.ts` hands the answers to the
 * queries. An address that no query asks for is one request too many and nothing worse. Nobody signed in: only the
 * first one is sent.
 */
const EARLY_SCRIPT = `(function(){
var kept=globalThis.crewEarly={},path=location.pathname,headers={accept:"application/json"};
if(/^\\/(sign-|start|forgot-|reset-|verify-|invitation)/.test(path))return;
try{var id=sessionStorage.getItem("workspace")||localStorage.getItem("workspace");if(/^workspace_[0-9a-z]{26}$/.test(id))headers["x-workspace-id"]=id}catch{}
function ask(url){kept[url]=fetch(url,{headers:headers});kept[url].catch(function(){});return kept[url]}
function more(may){
var run=/^\\/runs\\/(\\w+)$/.exec(path);
if(run)["","/definition","/events?after=0&limit=1000"].forEach(function(part){ask("/v1/runs/"+run[1]+part)});
if(path==="/crews")ask("/v1/crews?limit=50");
if(path==="/runs"&&!location.search)ask("/v1/runs?limit=25");
if(path!=="/")return;
ask("/v1/runs?limit=8&kind=crew");if(may.includes("model-providers:write"))ask("/v1/model-providers");
ask("/v1/crews?limit=100").then(function(answer){return answer.clone().json()}).then(function(list){
var crews=list.data,used=crews.filter(function(crew){return crew.lastRun});
used.sort(function(a,b){return a.lastRun.createdAt<b.lastRun.createdAt?1:-1});
var ready=used[0]||crews[0];if(ready)ask("/v1/crews/"+ready.id)}).catch(function(){})}
ask("/v1/me").then(function(answer){return answer.ok&&answer.clone().json()}).then(function(me){
if(me&&(me.secondFactor.enabled||!me.secondFactor.required))more(me.permissions)}).catch(function(){})})()`;

/** What stands in every page itself. Its hash stands in the policy. */
export const PAGE_SCRIPT = `${THEME_SCRIPT};${EARLY_SCRIPT}`;
