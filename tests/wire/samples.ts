// Written by crate/tests/wire.rs: what the engine hands out satisfies types.ts.
import type { FileEntry, BaseImage, Edit, Scenario, Cause, Cost, CacheMount, Step, CacheRecord, Unaffected, BuildResult, Timeline, PathFact } from "../../www/layerwise/src/types.ts";

const samplesFileEntry = [
  {"text":"x","mode":"0755","mtime":7} satisfies FileEntry,
  {"base64":"eA=="} satisfies FileEntry,
  {"symlink":"a"} satisfies FileEntry,
  {"hardlink":"a"} satisfies FileEntry,
  {"dir":true} satisfies FileEntry,
  {"digest":"sha256:1","size":1} satisfies FileEntry,
];

const samplesBaseImage = [
  {} satisfies BaseImage,
  {"env":["A=1"],"unknownEnv":["PYTHON_VERSION"],"workingDir":"/app","user":"app","shell":["/bin/sh"],"onBuild":["RUN x"],"cmd":["sh"],"entrypoint":["sh"],"labels":{"a":"b"},"exposedPorts":["80/tcp"],"volumes":["/data"],"stopSignal":"SIGTERM","digest":"sha256:1","configDigest":"sha256:2","diffIds":["sha256:3"],"distribution":"debian"} satisfies BaseImage,
];

const samplesEdit = [
  {} satisfies Edit,
  {"write":{"0":{"text":"x","mode":"0755","mtime":7},"1":{"base64":"eA=="},"2":{"symlink":"a"},"3":{"hardlink":"a"},"4":{"dir":true},"5":{"digest":"sha256:1","size":1}},"delete":["a"],"rename":{"a":"b"},"chmod":{"a":"0755"},"touch":["a"],"dockerfile":"FROM x\n","buildArgs":{"A":"1"},"target":null,"baseImages":{"x":{}},"buildContexts":{"x":{"0":{"text":"x","mode":"0755","mtime":7},"1":{"base64":"eA=="},"2":{"symlink":"a"},"3":{"hardlink":"a"},"4":{"dir":true},"5":{"digest":"sha256:1","size":1}}}} satisfies Edit,
  {"target":"build"} satisfies Edit,
];

const samplesScenario = [
  {"dockerfile":""} satisfies Scenario,
  {"version":1,"name":"x","about":"x","dockerfile":"FROM x\n","dockerfilePath":null,"context":{"0":{"text":"x","mode":"0755","mtime":7},"1":{"base64":"eA=="},"2":{"symlink":"a"},"3":{"hardlink":"a"},"4":{"dir":true},"5":{"digest":"sha256:1","size":1}},"baseImages":{"x":{}},"buildContexts":{"x":{"0":{"text":"x","mode":"0755","mtime":7},"1":{"base64":"eA=="},"2":{"symlink":"a"},"3":{"hardlink":"a"},"4":{"dir":true},"5":{"digest":"sha256:1","size":1}}},"buildArgs":{"A":"1"},"secrets":{"x":true},"ssh":true,"target":"build","platform":"linux/arm64","builder":"legacy","legacy":{"daemon":"20.10","client":"28.2"},"builds":[{"edit":{}},{"edit":{"write":{"0":{"text":"x","mode":"0755","mtime":7},"1":{"base64":"eA=="},"2":{"symlink":"a"},"3":{"hardlink":"a"},"4":{"dir":true},"5":{"digest":"sha256:1","size":1}},"delete":["a"],"rename":{"a":"b"},"chmod":{"a":"0755"},"touch":["a"],"dockerfile":"FROM x\n","buildArgs":{"A":"1"},"target":null,"baseImages":{"x":{}},"buildContexts":{"x":{"0":{"text":"x","mode":"0755","mtime":7},"1":{"base64":"eA=="},"2":{"symlink":"a"},"3":{"hardlink":"a"},"4":{"dir":true},"5":{"digest":"sha256:1","size":1}}}}},{"edit":{"target":"build"}}],"pending":{"target":"build"},"costs":{"RUN x":1.5},"weights":{"a":2.0},"outputs":{"RUN x":"same","RUN y":"different"}} satisfies Scenario,
];

const samplesCause = [
  {"kind":"firstBuild"} satisfies Cause,
  {"kind":"newStep"} satisfies Cause,
  {"kind":"files","changes":[{"path":"src/a.txt","what":"content"},{"path":"src/a.txt","what":"mode","before":"0644","after":"0755"},{"path":"src/a.txt","what":"type"},{"path":"src/a.txt","what":"target","before":"a","after":"b"},{"path":"src/a.txt","what":"added"},{"path":"src/a.txt","what":"deleted"},{"path":"src/a.txt","what":"ignored"},{"path":"src/a.txt","what":"unignored"}],"total":8} satisfies Cause,
  {"kind":"files","from":"build","changes":[],"total":0} satisfies Cause,
  {"kind":"instruction","before":"RUN a","after":"RUN b"} satisfies Cause,
  {"kind":"environment","name":"A","before":"1","after":"2","source":"baseImage"} satisfies Cause,
  {"kind":"environment","name":"A","before":"1","after":"2","source":"env","line":3} satisfies Cause,
  {"kind":"environment","name":"A","before":"1","after":"2","source":"arg","line":3} satisfies Cause,
  {"kind":"environment","name":"A","before":"1","after":"2","source":"buildArg","line":3} satisfies Cause,
  {"kind":"environment","name":"A","before":"1","after":"2","source":"builder"} satisfies Cause,
  {"kind":"environment","name":"A","source":"env"} satisfies Cause,
  {"kind":"environmentOrder","before":["A","B"],"after":["B","A"]} satisfies Cause,
  {"kind":"setting","what":"workdir","before":"a","after":"b"} satisfies Cause,
  {"kind":"setting","what":"user","before":"a","after":"b"} satisfies Cause,
  {"kind":"setting","what":"shell","before":"a","after":"b"} satisfies Cause,
  {"kind":"setting","what":"platform","before":"a","after":"b"} satisfies Cause,
  {"kind":"setting","what":"option","before":"a","after":"b"} satisfies Cause,
  {"kind":"setting","what":"user"} satisfies Cause,
  {"kind":"baseImage","reference":"python:3","before":"sha256:1","after":"sha256:2"} satisfies Cause,
  {"kind":"baseImage","reference":"python:3"} satisfies Cause,
  {"kind":"parent","step":1,"root":0} satisfies Cause,
  {"kind":"output","step":1,"root":0} satisfies Cause,
  {"kind":"never","rule":"emptyEntrypoint"} satisfies Cause,
  {"kind":"never","rule":"emptyUser"} satisfies Cause,
  {"kind":"never","rule":"partialHealthcheck"} satisfies Cause,
  {"kind":"never","rule":"uncleanWorkdir"} satisfies Cause,
];

const samplesCost = [
  {"now":300,"cold":300,"warm":200,"source":"default"} satisfies Cost,
  {"now":300,"cold":300,"warm":200,"source":"set"} satisfies Cost,
];

const samplesCacheMount = [
  {"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true} satisfies CacheMount,
  {"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"} satisfies CacheMount,
];

const samplesStep = [
  {"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","exact":false,"cost":{"now":0,"cold":200,"warm":200,"source":"default"}} satisfies Step,
  {"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}} satisfies Step,
  {"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"executed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}} satisfies Step,
  {"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"depends","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}} satisfies Step,
  {"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"failed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}} satisfies Step,
  {"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"skipped","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}} satisfies Step,
];

const samplesCacheRecord = [
  {"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","inputs":[[{"selector":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","link":1},{"link":2}]],"result":true} satisfies CacheRecord,
  {"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","result":false} satisfies CacheRecord,
];

const samplesUnaffected = [
  {"path":"a","why":"timestamp"} satisfies Unaffected,
  {"path":"a","why":"ignored","line":2,"pattern":"*.log"} satisfies Unaffected,
  {"path":"a","why":"notCopied"} satisfies Unaffected,
  {"path":"a","why":"sameContent"} satisfies Unaffected,
  {"path":"a","why":"folderMode"} satisfies Unaffected,
];

const samplesBuildResult = [
  {"steps":[],"warnings":[],"unaffected":[],"cost":0} satisfies BuildResult,
  {"steps":[{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","exact":false,"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"executed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"depends","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"failed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"skipped","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}}],"cacheRecords":[{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","inputs":[[{"selector":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","link":1},{"link":2}]],"result":true},{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","result":false}],"error":{"message":"no","line":1,"refused":true},"warnings":["careful"],"unaffected":[{"path":"a","why":"timestamp"},{"path":"a","why":"ignored","line":2,"pattern":"*.log"},{"path":"a","why":"notCopied"},{"path":"a","why":"sameContent"},{"path":"a","why":"folderMode"}],"cost":500} satisfies BuildResult,
];

const samplesTimeline = [
  {"builder":"buildkit","builds":[{"steps":[],"warnings":[],"unaffected":[],"cost":0},{"steps":[{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","exact":false,"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"executed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"depends","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"failed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"skipped","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}}],"cacheRecords":[{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","inputs":[[{"selector":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","link":1},{"link":2}]],"result":true},{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","result":false}],"error":{"message":"no","line":1,"refused":true},"warnings":["careful"],"unaffected":[{"path":"a","why":"timestamp"},{"path":"a","why":"ignored","line":2,"pattern":"*.log"},{"path":"a","why":"notCopied"},{"path":"a","why":"sameContent"},{"path":"a","why":"folderMode"}],"cost":500}]} satisfies Timeline,
  {"builder":"legacy","builds":[{"steps":[],"warnings":[],"unaffected":[],"cost":0},{"steps":[{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","exact":false,"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"cached","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"executed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"depends","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"failed","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}},{"name":"[2/3] COPY . .","stage":"","stageIndex":0,"index":2,"instruction":"COPY . .","line":3,"endLine":3,"status":"skipped","merge":"executed","cause":{"kind":"firstBuild"},"cacheKey":"sha256:1","checksum":"sha256:2","before":{"cacheKey":"sha256:3"},"exact":true,"parent":0,"inputs":[1],"mounts":[{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true},{"target":"/root/.cache","id":"/root/.cache","sharing":"shared","warm":true,"emptied":"dockerClean"}],"cost":{"now":0,"cold":200,"warm":200,"source":"default"}}],"cacheRecords":[{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","inputs":[[{"selector":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","link":1},{"link":2}]],"result":true},{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","result":false}],"error":{"message":"no","line":1,"refused":true},"warnings":["careful"],"unaffected":[{"path":"a","why":"timestamp"},{"path":"a","why":"ignored","line":2,"pattern":"*.log"},{"path":"a","why":"notCopied"},{"path":"a","why":"sameContent"},{"path":"a","why":"folderMode"}],"cost":500}]} satisfies Timeline,
];

const samplesPathFact = [
  {"path":"a","copiedBy":[3,5]} satisfies PathFact,
  {"path":"b.log","ignoredBy":{"line":1,"pattern":"*.log"},"copiedBy":[]} satisfies PathFact,
];
