/**
 * Cases made up out of the recorded ones: lines that people write too are put in at random, so that rules meet in
 * ways that nobody has thought of. There is no rewrite by hand for them; what counts is that images stay the same.
 */
import { Random } from "../conformance/random.mjs";

/** Lines for one place, by what is known there: a file of the context, its folder, who there is. */
const LINES = [
  ({ folder }) => `RUN chown -R 1000:1000 ${folder}`,
  ({ folder }) => `RUN mkdir -p log && chown -R nobody ${folder}`,
  () => "RUN chown -R 1000:1000 .",
  () => "RUN chown nobody .",
  ({ file }) => `RUN chmod +x ${file}`,
  ({ file }) => `RUN chmod 0600 ${file}`,
  ({ file, other }) => `RUN chmod go-r ${file} && chmod a+x ${other}`,
  ({ file }) => `RUN chown 1000 ${file}`,
  () => "RUN mkdir -p data/cache && touch data/cache/.keep",
  () => "RUN rm -rf tmp && mkdir tmp",
  ({ file }) => `RUN test -e ${file}`,
  ({ file }) => `RUN cp ${file} /tmp/copied`,
  ({ file }) => `RUN ln -sf $PWD/${file} /usr/local/link`,
  () => "WORKDIR inner",
  () => "WORKDIR ..",
  () => "USER 1000",
  () => "USER root",
  () => "ENV MODE=fast",
  () => "ARG GIT_SHA=0",
  () => "LABEL a=b",
  ({ file }) => `COPY ${file} /etc/own/`,
  ({ file }) => `COPY --chown=1000:1000 ${file} .`,
  ({ file }) => `COPY --chmod=640 ${file} ./`,
  ({ top }) => `COPY ${top} /opt/part/`,
  ({ top }) => `COPY --chown=nobody ${top} ./moved/`,
  () => "COPY . /srv/all",
];
const FOLDERS = [".", "..", "/srv", "/opt", "$PWD"];

/** The number-th case that this seed makes. */
export function generate(cases, seed, number) {
  const random = new Random("rewrites", seed, number);
  const exam = random.pick(cases);
  const lines = exam.dockerfile.split("\n");
  // Between instructions of a stage: not inside one that goes on, and not in a here-document.
  const open = (at) => /^[A-Za-z]+[ \t]/.test(lines[at] ?? "") && !/[\\`]\r?$/.test(lines[at - 1] ?? "");
  const first = lines.findIndex((line) => /^FROM /i.test(line));
  const places = lines
    .map((_, at) => at)
    .filter((at) => at > first && open(at) && !/^FROM /i.test(lines[at]));
  const files = Object.keys(exam.files).filter((path) => !path.startsWith(".git/") && !/\s/.test(path));
  const dockerfile = [...lines];
  const added = random.between(1, 3);
  for (const at of random
    .shuffled(places)
    .slice(0, added)
    .sort((a, b) => b - a)) {
    const [file, other] = [random.pick(files), random.pick(files)];
    const line = random.pick(LINES)({ file, other, folder: random.pick(FOLDERS), top: file.split("/")[0] });
    dockerfile.splice(at, 0, lines[at].endsWith("\r") ? `${line}\r` : line);
  }
  const { reference, recorded, comments, moves, technique, ...rest } = exam;
  return { ...rest, name: `${exam.name}-${seed}-${number}`, dockerfile: dockerfile.join("\n"), made: true };
}
