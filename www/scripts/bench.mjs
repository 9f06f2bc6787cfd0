/**
 * Speed, measured side by side in one process after warm-up: parsing against npm's dockerfile-ast; a build of a
 * typical file; one edited file among 10,000; advice for a long file. It prints goals and fails at none, since seconds differ by machine: that
 * an edit hashes one file only is asserted in crate/tests/tree.rs, by counting bytes.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { main, root, www } from "./paths.mjs";

const require = createRequire(join(www, "package.json"));

/** Median microseconds of one call, over half a second after as much warm-up. */
function measure(work) {
  for (let end = performance.now() + 500; performance.now() < end; ) work();
  const samples = [];
  for (let end = performance.now() + 500; performance.now() < end; ) {
    const start = performance.now();
    work();
    samples.push(performance.now() - start);
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1] * 1000;
}

function tree(files, perFolder) {
  const context = {
    "requirements.txt": { text: "django==5.0\n" },
    "constraints.txt": { text: "" },
    "manage.py": { text: "print(1)\n" },
    "gunicorn.conf.py": { text: "workers = 2\n" },
    "web/package.json": { text: "{}\n" },
    "web/package-lock.json": { text: "{}\n" },
    ".dockerignore": { text: ".git\n**/__pycache__\n**/*.pyc\nnode_modules\n!web/keep.pyc\n" },
  };
  for (let n = Object.keys(context).length; n < files; n++) {
    const top = n % 2 ? "shop" : "web";
    context[`${top}/m${Math.floor(n / perFolder)}/f${n}.py`] = { text: `value = ${n}\n`.repeat(40) };
  }
  return context;
}

main(async () => {
  const { Workspace, parse } = await import(join(www, "layerwise", "dist", "index.js"));
  const { DockerfileParser } = require("dockerfile-ast");
  const dockerfile = readFileSync(join(root, "tests/vectors/bench/typical.Dockerfile"), "utf8");

  const theirs = measure(() => DockerfileParser.parse(dockerfile).getInstructions().length);
  const ours = measure(() => parse(dockerfile).instructions.length);
  console.log(
    `parse, ${dockerfile.split("\n").length - 1} lines: ${ours.toFixed(1)} µs; dockerfile-ast ${theirs.toFixed(1)} µs; ${(theirs / ours).toFixed(1)} times faster (goal 5)`,
  );

  const small = new Workspace({ dockerfile, context: tree(200, 20) });
  small.build();
  let n = 0;
  const whole = measure(() => {
    small.setDockerfile(`${dockerfile}# ${n++ % 10}\n`);
    return small.next().steps.length;
  });
  console.log(`parse, plan, keys and timeline with 200 files: ${(whole / 1000).toFixed(3)} ms (goal 0.5)`);

  const large = new Workspace({
    dockerfile: dockerfile.replace("COPY --chown=shop:shop shop/ ./shop/", "COPY . ."),
    context: tree(10_000, 20),
  });
  large.build();
  const path = "shop/m100/f2001.py";
  const text = "x".repeat(5000);
  const edit = measure(() => {
    large.write(path, { text: `${text}${n++ % 10}` });
    return large.next().steps.length;
  });
  console.log(`one edited file among 10,000: ${(edit / 1000).toFixed(3)} ms (goal 2)`);

  const many = new Workspace({
    dockerfile: readFileSync(join(root, "tests/vectors/bench/many-stages.Dockerfile"), "utf8"),
    context: { ...tree(5000, 20), "go.mod": { text: "module shop\n" }, "package.json": { text: "{}\n" } },
  });
  many.build();
  const advice = measure(() => many.advice().moves.length);
  console.log(`advice for 300 lines and 5,000 files: ${(advice / 1000).toFixed(1)} ms (goal 20)`);
});
