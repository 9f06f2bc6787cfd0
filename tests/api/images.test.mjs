// @ts-check
// What the catalogue says of official images, held against the Dockerfiles named in `catalogue.ts`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { familiar, knownImage, references, withKnownImages } from "../../www/layerwise/dist/images/index.js";
import { check, simulate } from "../../www/layerwise/dist/index.js";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

test("images are told by name and tag", () => {
  assert.deepEqual(knownImage("python:3.12-slim-bookworm")?.image, {
    env: [`PATH=/usr/local/bin:${PATH}`, "LANG=C.UTF-8"],
    distribution: "debian",
    cmd: ["python3"],
    unknownEnv: ["GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256"],
  });
  assert.deepEqual(knownImage("docker.io/library/node:22.11.0-alpine3.20")?.image, {
    env: [`PATH=${PATH}`, "NODE_VERSION=22.11.0"],
    distribution: "alpine",
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["node"],
    unknownEnv: ["YARN_VERSION"],
  });
  const go = knownImage("golang:1.24")?.image;
  assert.equal(go?.workingDir, "/go");
  assert.deepEqual(go?.unknownEnv, ["GOLANG_VERSION"]);
  assert.equal(knownImage("postgres:17")?.image.env?.[0], `PATH=${PATH}:/usr/lib/postgresql/17/bin`);
  assert.equal(knownImage("postgres:17-alpine")?.image.env?.[0], `PATH=${PATH}`);
  assert.equal(knownImage("php:8.3-apache")?.image.workingDir, "/var/www/html");
  assert.equal(knownImage("gradle:8-jdk21")?.image.workingDir, "/home/gradle");
  assert.equal(knownImage("mcr.microsoft.com/dotnet/sdk:8.0")?.image.distribution, "debian");
  assert.equal(knownImage("mcr.microsoft.com/dotnet/sdk:8.0-noble")?.image.distribution, "ubuntu");
  assert.equal(knownImage("eclipse-temurin:21-jre")?.image.cmd, undefined);
});

test("distributions bring a path and a shell", () => {
  // `.config` of `oci/blobs/image-config.json` (Debian), `image-config.json` (BusyBox), and of the published images.
  for (const [reference, distribution, shell] of [
    ["debian", "debian", "bash"],
    ["debian:13.7-slim", "debian", "bash"],
    ["debian:bookworm-20260803-slim", "debian", "bash"],
    ["debian:oldstable-backports", "debian", "bash"],
    ["ubuntu", "ubuntu", "/bin/bash"],
    ["ubuntu:24.04", "ubuntu", "/bin/bash"],
    ["ubuntu:resolute-20260811.1", "ubuntu", "/bin/bash"],
    ["buildpack-deps:curl", "debian", "bash"],
    ["buildpack-deps:bookworm-scm", "debian", "bash"],
    ["buildpack-deps:24.04-curl", "ubuntu", "/bin/bash"],
    ["buildpack-deps:noble", "ubuntu", "/bin/bash"],
    ["alpine", "alpine", "/bin/sh"],
    ["alpine:3.24.2", "alpine", "/bin/sh"],
    ["alpine:20260805", "alpine", "/bin/sh"],
    ["busybox", "busybox", "sh"],
    ["busybox:1.38.0-musl", "busybox", "sh"],
  ]) {
    const expect = { env: [`PATH=${PATH}`], distribution, cmd: [shell] };
    assert.deepEqual(knownImage(reference)?.image, expect, reference);
  }
});

test("a tag of a distribution that was given up is the release that was newest then", () => {
  assert.deepEqual(knownImage("python:bullseye")?.image.unknownEnv, [
    "GPG_KEY",
    "PYTHON_VERSION",
    "PYTHON_SHA256",
  ]);
  assert.deepEqual(knownImage("python:trixie")?.image.unknownEnv, ["PYTHON_VERSION", "PYTHON_SHA256"]);
  assert.deepEqual(knownImage("node:alpine3.21")?.image.unknownEnv, ["NODE_VERSION", "YARN_VERSION"]);
  assert.deepEqual(knownImage("node:alpine3.24")?.image.unknownEnv, ["NODE_VERSION"]);
});

test("what is not covered is not known", () => {
  for (const reference of [
    "python:3.7",
    "python:3.12.1",
    "python:3.12-alpine3.18",
    "python:3.11-buster",
    "python:3.12-windowsservercore",
    "python@sha256:0",
    "example.org/python:3.12",
    "node:17",
    "golang:1.20",
    "golang:1.21.0",
    "golang:buster",
    "ruby:3.2.2",
    "ruby:3.2-alpine3.17",
    "debian:stretch",
    "debian:9",
    "ubuntu:16.04",
    "ubuntu:focal-20221130",
    "alpine:3.5",
    "busybox:1.24",
    "buildpack-deps:plucky",
    "maven:3.9",
    "openjdk:17",
    "mcr.microsoft.com/dotnet/sdk:8.0-noble-chiseled",
    "postgres",
    "mine",
  ]) {
    assert.equal(knownImage(reference), undefined, reference);
  }
});

test("references have their variables replaced", () => {
  const text =
    "ARG V=3.12\nARG N\nFROM python:${V}-slim AS a\nFROM a AS b\nFROM --platform=x ${N:-node}:22\nFROM scratch\n";
  const found = references(text, { V: "3.13" });
  assert.deepEqual(found, [
    { stage: 0, line: 3, reference: "python:3.13-slim" },
    { stage: 2, line: 5, reference: "node:22" },
  ]);
  assert.equal(familiar("index.docker.io/library/python:latest"), "python");
});

test("a scenario gets what it does not say itself", () => {
  const scenario = {
    dockerfile: "FROM golang:1.24\nCOPY main.go .\nRUN go build\n",
    context: { "main.go": { text: "package main\n" } },
    builds: [{ edit: {} }, { edit: { dockerfile: "FROM node:22\nCOPY main.go .\n" } }],
  };
  const filled = withKnownImages(scenario);
  assert.deepEqual(Object.keys(filled.baseImages ?? {}), ["golang:1.24", "node:22"]);
  assert.equal(withKnownImages({ dockerfile: "FROM mine\n" }).baseImages, undefined);
  const own = { ...scenario, baseImages: { "library/golang:1.24": { env: [] } } };
  assert.deepEqual(Object.keys(withKnownImages(own).baseImages ?? {}), ["library/golang:1.24", "node:22"]);
  const [build] = simulate(filled).builds;
  assert.equal(build?.error, undefined);
  // The version is a variable of the RUN, and its value is not known.
  assert.deepEqual(
    build?.steps.map(({ exact }) => exact),
    [true, false],
  );
});

test("variables of known images are no mistake", () => {
  const dockerfile = "FROM node:22\nLABEL node=$NODE_VERSION\nCOPY $NODE_VERSON /\n";
  const found = check(withKnownImages({ dockerfile }));
  assert.deepEqual(
    found.map(({ code, line, severity }) => [code, line, severity]),
    [["UndefinedVar", 3, "warning"]],
  );
  assert.deepEqual(found[0]?.edits, [{ from: 44, to: 55, text: "NODE_VERSION" }]);
});
