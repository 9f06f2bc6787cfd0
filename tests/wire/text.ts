// Written by crate/wasm/src/samples.rs: shapes with offsets satisfy types.ts.
import type { Advice, Diagnostic, Dockerfile, Token } from "../../www/layerwise/src/types.ts";

const samplesDockerfile = [
  {"directives":[{"name":"syntax","value":"docker/dockerfile:1","line":1}],"escape":"\\","instructions":[{"name":"FROM","line":3,"endLine":3,"from":36,"to":50,"original":"FROM base AS b","flags":[],"heredocs":[]},{"name":"ENV","line":4,"endLine":5,"from":51,"to":72,"original":"ENV É=\"$X 𝄞\"   Y=2","flags":[],"heredocs":[]},{"name":"CPOY","line":6,"endLine":6,"from":73,"to":92,"original":"CPOY --link a \"b\" /","flags":[{"name":"link"}],"heredocs":[]}],"diagnostics":[{"code":"UnknownInstruction","severity":"error","line":6,"column":1,"endLine":6,"from":73,"to":77,"message":"unknown instruction: CPOY (did you mean COPY?)"}]} satisfies Dockerfile,
  {"directives":[],"escape":"\\","instructions":[{"name":"FROM","line":1,"endLine":1,"from":0,"to":12,"original":"FROM scratch","flags":[],"heredocs":[]},{"name":"COPY","line":2,"endLine":6,"from":13,"to":59,"original":"COPY --chown=1:1 --link <<\"A\" <<B /x/","flags":[{"name":"chown","value":"1:1"},{"name":"link"}],"heredocs":[{"name":"A","body":"é\n"},{"name":"B","body":"𝄞\n"}]},{"name":"RUN","line":7,"endLine":7,"from":60,"to":74,"original":"RUN a && b | c","flags":[],"heredocs":[]}],"diagnostics":[]} satisfies Dockerfile,
  {"directives":[],"escape":"\\","instructions":[],"diagnostics":[{"code":"EmptyFile","severity":"error","line":1,"column":1,"endLine":1,"from":0,"to":0,"message":"the Dockerfile cannot be empty"}]} satisfies Dockerfile,
  {"directives":[],"escape":"\\","instructions":[{"name":"FROM","line":1,"endLine":1,"from":1,"to":10,"original":"FROM base","flags":[],"heredocs":[]},{"name":"RUN","line":2,"endLine":2,"from":12,"to":26,"original":"RUN [\"a\", \"é\"]","flags":[],"heredocs":[]},{"name":"HEALTHCHECK","line":3,"endLine":3,"from":28,"to":44,"original":"HEALTHCHECK NONE","flags":[],"heredocs":[]}],"diagnostics":[]} satisfies Dockerfile,
];

const samplesToken = [
  {"from":29,"to":35,"kind":"comment"} satisfies Token,
  {"from":0,"to":28,"kind":"directive"} satisfies Token,
  {"from":78,"to":84,"kind":"flag"} satisfies Token,
  {"from":37,"to":42,"kind":"heredoc"} satisfies Token,
  {"from":36,"to":40,"kind":"keyword"} satisfies Token,
  {"from":56,"to":57,"kind":"operator"} satisfies Token,
  {"from":57,"to":58,"kind":"string"} satisfies Token,
  {"from":41,"to":45,"kind":"text"} satisfies Token,
  {"from":58,"to":60,"kind":"variable"} satisfies Token,
];

const samplesDiagnostic = [
  {"code":"InvalidDefaultArgInFrom","severity":"warning","line":1,"column":6,"endLine":1,"from":5,"to":6,"message":"Default value for ARG é results in empty or invalid base image name","hint":"Give the ARG a default, or the variable: ${NAME:-value}."} satisfies Diagnostic,
  {"code":"StageNameCasing","severity":"warning","line":1,"column":11,"endLine":1,"from":10,"to":11,"message":"Stage name 'B' should be lowercase","edits":[{"from":10,"to":11,"text":"b"}]} satisfies Diagnostic,
  {"code":"WorkdirRelativePath","severity":"warning","line":2,"column":9,"endLine":2,"from":20,"to":21,"message":"Relative workdir \"x\" can have unexpected results if the base image changes","hint":"Begin the path with a slash: the working directory of the base image may change."} satisfies Diagnostic,
];

const samplesAdvice = [
  {"dockerfile":"","ignoreLines":[],"edits":[],"moves":[],"kept":[],"costBefore":0,"costAfter":0,"saves":[]} satisfies Advice,
  {"dockerfile":"FROM base\n","dockerignore":".git\n","ignoreLines":[{"line":".git","why":"x"}],"edits":[{"from":5,"to":6,"text":"base"}],"moves":[{"id":"1","level":"safe","title":"x","why":["x"],"evidence":["x"],"edits":[{"from":5,"to":6,"text":"base"}],"saves":[{"edit":"app.py","before":2,"after":1}]},{"id":"1","level":"review","title":"x","why":["x"],"evidence":["x"],"edits":[{"from":5,"to":6,"text":"base"}],"saves":[{"edit":"app.py","before":2,"after":1}]}],"kept":[{"line":1,"why":"x"}],"costBefore":2,"costAfter":1,"saves":[{"edit":"app.py","before":2,"after":1}]} satisfies Advice,
];
